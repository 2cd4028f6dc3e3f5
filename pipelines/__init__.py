"""When and where: contracts, ingest, quality, staging, publishing, the flow and the command line."""
