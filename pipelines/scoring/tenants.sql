-- The tenant and the end of each agreement. Parameter: known (only what became known before that day counts).
CREATE OR REPLACE TEMP TABLE tenants AS
SELECT corporatie_id, overeenkomst_id, arg_max(huurder_id, known_from) AS huurder_id, arg_max(einddatum, known_from) AS ends_on,
    arg_max(coalesce(eindedetailreden_code, ''), known_from) AS why
FROM staged.huurovereenkomsten t WHERE {known_before} GROUP BY 1, 2
