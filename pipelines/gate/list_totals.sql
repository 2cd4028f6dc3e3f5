-- Count the amounts of the newest list that are the sum of all others, or of all above them in the file, to the cent.
WITH owed AS (SELECT line, {total} AS amount FROM typed
    WHERE {day} = (SELECT max({day}) FROM newest_list) AND {total} IS NOT NULL AND verdict <> 'duplicate'),
amounts AS (SELECT amount, sum(amount) OVER (ORDER BY line ROWS UNBOUNDED PRECEDING) - amount AS above,
    row_number() OVER (ORDER BY line) AS place, (SELECT sum(amount) FROM owed) - amount AS others FROM owed)
SELECT count(*) FROM amounts
WHERE amount > 0 AND (abs(amount - others) < {cent} OR (place > {rows} AND abs(amount - above) < {cent}))
