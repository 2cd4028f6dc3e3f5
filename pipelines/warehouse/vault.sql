-- The tables of the vault. identity: the columns of the register that identify a person; groups: those of data/audit.

CREATE TABLE IF NOT EXISTS vault.main.schema_version (version INTEGER NOT NULL);
-- The secret of the pseudonyms outlives the keys; otherwise each change of key would change every pseudonym.
CREATE TABLE IF NOT EXISTS vault.main.secrets (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS vault.main.tenancies (
    corporatie_id VARCHAR NOT NULL, overeenkomst_id VARCHAR NOT NULL, peildatum DATE NOT NULL, version INTEGER NOT NULL,
    {identity}, PRIMARY KEY (corporatie_id, overeenkomst_id));
-- Erasures that are under way: who, as JSON. Without it an interrupted erasure could not find the rest.
CREATE TABLE IF NOT EXISTS vault.main.erasures (huurder VARCHAR NOT NULL, person VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS vault.main.quarantine (
    sha256 VARCHAR NOT NULL, extract VARCHAR NOT NULL, file_name VARCHAR NOT NULL, line INTEGER NOT NULL,
    reasons VARCHAR[] NOT NULL, as_delivered VARCHAR NOT NULL);
-- Groups of tenants for auditing only (pipelines/evidence/audit_groups.py); nothing else reads them.
CREATE TABLE IF NOT EXISTS vault.main.audit_groups (
    corporatie_id VARCHAR NOT NULL, overeenkomst_id VARCHAR NOT NULL, {groups}, PRIMARY KEY (corporatie_id, overeenkomst_id));
