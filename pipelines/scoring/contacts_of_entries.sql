-- Whether each entry was contacted and reached within 26 weeks, and its arrears at entry.
SELECT e.corporatie_id, e.overeenkomst_id, count(c.contact_id) > 0 AS contacted,
    coalesce(bool_or(c.bereikt), false) AS reached, any_value(o.saldo) AS owed
FROM entries e LEFT JOIN staged.contacten c ON c.corporatie_id = e.corporatie_id
    AND c.overeenkomst_id = e.overeenkomst_id AND {current}
    AND c.datum >= e.entered AND c.datum < e.entered + 182
    AND {is_contact}
LEFT JOIN owes o ON o.corporatie_id = e.corporatie_id AND o.overeenkomst_id = e.overeenkomst_id AND o.days = 0
GROUP BY 1, 2
