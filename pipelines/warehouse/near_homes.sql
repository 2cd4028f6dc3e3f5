-- The agreements that ran on the day of each row of wanted(corporatie_id, record, postcode, number, day) and whose home is near
-- its address, the nearest first, no more than `most` of a row. distance: 0 the same postcode and number, 1 the same apart from
-- the addition, 2 one slip in the postcode or in the number, 3 another number in the same postcode.
-- plain: only letters and digits are compared, without zeros in front, because addresses are typed in many ways.
-- house: the number without its addition.
WITH register AS (
    SELECT v.corporatie_id, v.overeenkomst_id, v.begindatum, v.einddatum,
        upper(regexp_replace(coalesce(t.postcode, ''), '[^A-Za-z0-9]', '', 'g')) AS postcode,
        ltrim(upper(regexp_replace(concat(huisnummer, huisletter, huisnummertoevoeging), '[^A-Za-z0-9]', '', 'g')), '0') AS number
    FROM vault.main.tenancies t JOIN versions.huurovereenkomsten v USING (corporatie_id, overeenkomst_id)
    WHERE {current} AND v.eenheid_id IS NOT NULL),
known AS (FROM (SELECT *, TRY_CAST(regexp_extract(number, '^[0-9]+') AS INTEGER) AS house FROM register)),
asked AS (
    SELECT corporatie_id, record, day,
        upper(regexp_replace(coalesce(postcode, ''), '[^A-Za-z0-9]', '', 'g')) AS postcode,
        ltrim(upper(regexp_replace(coalesce(number, ''), '[^A-Za-z0-9]', '', 'g')), '0') AS plain,
        TRY_CAST(regexp_extract(plain, '^[0-9]+') AS INTEGER) AS house
    FROM ({wanted})),
compared AS (
    SELECT a.corporatie_id, a.record, k.overeenkomst_id, abs(k.house - a.house) AS apart,
        CASE
            WHEN k.postcode = a.postcode AND k.number = a.plain THEN 0
            WHEN k.postcode = a.postcode AND k.house = a.house THEN 1
            WHEN k.number = a.plain AND damerau_levenshtein(k.postcode, a.postcode) = 1 THEN 2
            WHEN k.postcode = a.postcode AND damerau_levenshtein(k.number, a.plain) = 1 THEN 2
            WHEN k.postcode = a.postcode THEN 3
        END AS distance
    FROM asked a JOIN known k USING (corporatie_id)
    WHERE k.begindatum <= a.day AND coalesce(k.einddatum >= a.day, true)),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY corporatie_id, record ORDER BY distance, apart, overeenkomst_id) AS place
    FROM compared WHERE distance IS NOT NULL)
SELECT {extract} AS extract, corporatie_id, record, overeenkomst_id, place FROM placed WHERE place <= {most}
