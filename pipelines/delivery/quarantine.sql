-- Keep the quarantined rows of a delivery in the vault, and those with a hidden value, each as it was delivered.
-- Parameters: sha256, extract, file name. hides: the list of reasons for the columns whose value is hidden.
-- A row of forbidden content is kept without its text.
INSERT INTO vault.main.quarantine
SELECT ?, ?, ?, line, list_concat(typed.reasons, {hides}),
    CASE WHEN list_any_value([x FOR x IN typed.reasons IF starts_with(x, 'forbidden')]) IS NULL
         THEN CAST(to_json(struct_pack({packed})) AS VARCHAR) ELSE '' END
FROM typed JOIN delivered USING (line) WHERE typed.verdict = 'quarantined' OR len({hides}) > 0
