"""Ten questions over the Parquet files of a case, by DuckDB: argv is the file of statements and the case."""

import pathlib
import sys

import duckdb

statements, case = sys.argv[1:]
connection = duckdb.connect()
connection.execute("SET threads = 2")
connection.execute("SET TimeZone = 'UTC'")
connection.execute(
    f"CREATE VIEW records AS SELECT * FROM read_parquet('{case}/records/source=*/*.parquet', hive_partitioning = false)"
)
lines = pathlib.Path(statements).read_text(encoding="utf-8").splitlines()
rows = [len(connection.execute(line).fetchall()) for line in lines if line and not line.startswith("--")]
print('{"rows": %s}' % rows)
