"""JSON lines to Parquet with the raw record kept, by DuckDB: argv is the folder and the target file."""

import sys

import duckdb

FIELDS = [
    "CreationTime", "Id", "Operation", "OrganizationId", "RecordType", "UserId", "UserKey", "UserType",
    "Workload", "ResultStatus", "ClientIP", "ClientIPAddress", "ActorIpAddress", "ObjectId", "UserAgent",
    "MailboxOwnerUPN", "SessionId", "Parameters", "ModifiedProperties",
]
paths = "[" + ", ".join(f"'$.{field}'" for field in FIELDS) + "]"
typed = {"CreationTime": "TIMESTAMP", "RecordType": "INTEGER", "UserType": "INTEGER"}
columns = ", ".join(
    f'TRY_CAST(v[{at}] AS {typed.get(field, "VARCHAR")}) AS "{field}"' for at, field in enumerate(FIELDS, 1)
)
folder, target = sys.argv[1:]
connection = duckdb.connect()
connection.execute("SET threads = 2")
connection.execute("SET preserve_insertion_order = false")
connection.execute(
    f"""COPY (SELECT {columns}, raw FROM (
        SELECT json_extract_string(json, {paths}) AS v, json AS raw
        FROM read_ndjson_objects('{folder}/*.jsonl')))
    TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"""
)
rows = connection.execute(f"SELECT count(*) FROM '{target}'").fetchone()[0]
print('{"lines": %d}' % rows)
