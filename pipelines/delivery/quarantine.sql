-- Keep the quarantined rows of a delivery in the vault, each as it was delivered. Parameters: sha256, extract, file name.
-- A row of forbidden content is kept without its text.
INSERT INTO vault.main.quarantine
SELECT ?, ?, ?, line, typed.reasons,
    CASE WHEN list_any_value([x FOR x IN typed.reasons IF starts_with(x, 'forbidden')]) IS NULL
         THEN CAST(to_json(struct_pack({packed})) AS VARCHAR) ELSE '' END
FROM typed JOIN delivered USING (line) WHERE typed.verdict = 'quarantined'
