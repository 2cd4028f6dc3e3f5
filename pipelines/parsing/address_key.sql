-- A hash of the postal address of a row t: postcode, else street and town, with the number. It cannot be read back.
CASE WHEN t.huisnummer IS NOT NULL AND (t.postcode IS NOT NULL OR t.straatnaam IS NOT NULL) THEN
    left(sha256({pepper} || upper(concat_ws('|',
        coalesce(replace(t.postcode, ' ', ''), t.straatnaam || '/' || coalesce(t.woonplaats, '')),
        ltrim(t.huisnummer, '0'), coalesce(t.huisletter, ''), coalesce(t.huisnummertoevoeging, '')))), 32)
END
