-- The rows of all extracts with a right that match nobody, each with the key by which an analyst answers it.
-- row_key: the same in each delivery that shows the same record with the same ids. A row with the wrong number of fields has a
-- record that starts with #, made from its text; the ids are then those of the register that its words spell.
-- answerable: an agreement can be chosen. A contact or worry that could not be read has no content to assign to one.
SELECT *, left(sha256(concat_ws(' ', extract, record, CASE WHEN NOT starts_with(record, '#') THEN concat_ws(' ',
        coalesce(agreement, '-'), coalesce(home, '-'), coalesce(tenant, '-')) END)), 24) AS row_key,
    meaning IN ('objection', 'safety') OR row_id IS NOT NULL AS answerable
FROM ({parts})
