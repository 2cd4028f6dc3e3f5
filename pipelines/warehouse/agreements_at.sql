-- The agreements whose address a text spells: $1, compared by letters and digits alone.
WITH register AS (
    SELECT v.overeenkomst_id, v.begindatum, v.einddatum, t.postcode, t.straatnaam AS street, t.woonplaats AS town,
        concat(t.huisnummer, t.huisletter, t.huisnummertoevoeging) AS number
    FROM vault.main.tenancies t JOIN versions.huurovereenkomsten v USING (corporatie_id, overeenkomst_id) WHERE {current}),
spelled AS (
    SELECT *, unnest([
        concat(postcode, number), concat(street, number), concat(street, number, town), concat(street, number, postcode),
        concat(street, number, postcode, town), concat(postcode, number, town)]) AS spelling
    FROM register WHERE number <> '')
SELECT DISTINCT overeenkomst_id, begindatum, einddatum FROM spelled
WHERE regexp_replace(upper(strip_accents(spelling)), '[^A-Z0-9]', '', 'g')
    = regexp_replace(upper(strip_accents($1)), '[^A-Z0-9]', '', 'g')
ORDER BY ALL
