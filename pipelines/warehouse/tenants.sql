-- Every tenant of every agreement: the one in the register, and the others whom a delivery names on the same agreement.
SELECT corporatie_id, overeenkomst_id, huurder_id, known_from, known_until FROM versions.huurovereenkomsten
UNION ALL
SELECT corporatie_id, overeenkomst_id, huurder_id, min(peildatum) - 1, NULL
FROM run.co_tenants JOIN run.deliveries USING (delivery_id) GROUP BY corporatie_id, overeenkomst_id, huurder_id
