-- Each corporation with the folder of the inbox it delivers to; one without a folder of its own delivers to the inbox itself: ''.
SELECT DISTINCT corporatie_id,
    CASE WHEN corporatie_id IN (SELECT source FROM run.deliveries) THEN corporatie_id ELSE '' END AS source
FROM staged.huurovereenkomsten
