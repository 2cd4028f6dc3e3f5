-- Which positions of a snapshot extract were delivered, and from when each was known.
INSERT INTO versions.peildata
SELECT s.corporatie_id, s.peildatum,
    min(CASE WHEN d.is_first THEN s.peildatum - 1 ELSE greatest(s.peildatum, d.peildatum) - 1 END), NULL
FROM run.snapshots s JOIN ({deliveries}) d USING (delivery_id)
GROUP BY s.corporatie_id, s.peildatum
