-- The home at each address of the table wanted(corporatie_id, postcode, number), where the register knows exactly one.
-- Addresses are typed in many ways, so only their letters and digits are compared, without zeros in front of the number.
WITH known AS (
    SELECT *, concat(huisnummer, huisletter, huisnummertoevoeging) AS number FROM vault.main.tenancies)
SELECT a.corporatie_id, a.postcode, a.number, any_value(v.eenheid_id)
FROM wanted a
JOIN known t ON t.corporatie_id = a.corporatie_id
    AND upper(regexp_replace(coalesce(t.postcode, ''), '[^A-Za-z0-9]', '', 'g'))
        = upper(regexp_replace(coalesce(a.postcode, ''), '[^A-Za-z0-9]', '', 'g'))
    AND ltrim(upper(regexp_replace(t.number, '[^A-Za-z0-9]', '', 'g')), '0')
        = ltrim(upper(regexp_replace(coalesce(a.number, ''), '[^A-Za-z0-9]', '', 'g')), '0')
JOIN versions.huurovereenkomsten v ON v.corporatie_id = t.corporatie_id AND v.overeenkomst_id = t.overeenkomst_id
WHERE v.eenheid_id IS NOT NULL
GROUP BY 1, 2, 3 HAVING count(DISTINCT v.eenheid_id) = 1
