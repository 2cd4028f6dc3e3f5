-- Every delivery that counts, without the name of its file.
SELECT delivery_id, extract, peildatum AS reference_date, version, rows_read, rows_new, rows_same, rows_duplicate,
    rows_quarantined AS rows_set_apart
FROM run.deliveries ORDER BY delivery_id
