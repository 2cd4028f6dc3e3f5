-- Keep the newest name and address of each agreement in the vault. Parameters: peildatum and version of the delivery.
INSERT INTO vault.main.tenancies (corporatie_id, overeenkomst_id, peildatum, version, {names})
SELECT corporatie_id, overeenkomst_id, ?::DATE, ?::INTEGER, {names} FROM typed WHERE verdict = 'new'
ON CONFLICT DO UPDATE SET {fresh}
WHERE (excluded.peildatum, excluded.version) >= (tenancies.peildatum, tenancies.version)
