-- The deliveries of an extract that count: a later version of the same peildatum replaces the earlier one entirely.
SELECT delivery_id, source, peildatum, version, peildatum = min(peildatum) OVER (PARTITION BY source) AS is_first
FROM run.deliveries WHERE extract = {extract}
QUALIFY version = max(version) OVER (PARTITION BY source, peildatum)
