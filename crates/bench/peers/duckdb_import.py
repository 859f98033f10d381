"""JSON lines to Parquet with the raw record kept, by DuckDB: argv is `whole` or `thin`, folder, target.

`whole` does what an import of ours does with these lines: SHA-256 of every file and record, every column of
the schema that the log fills, lists of parameters, items and changes as JSON, place and length, the order
of the lines kept. `thin` takes nineteen members as they stand, hashes nothing and keeps no order.
"""

import hashlib
import pathlib
import sys

import duckdb

# Members as text, each read once; a column below may be made of several.
TEXTS = [
    "CreationTime", "Id", "Operation", "RecordType", "Workload", "ResultStatus", "ErrorNumber", "LogonError",
    "LoginStatus", "UserId", "UserKey", "UserType", "MailboxOwnerUPN", "ClientIP", "ClientIPAddress",
    "ActorIpAddress", "UserIp", "ObjectId", "Target[0].ID", "Target[1].ID", "Actor[0].ID", "Actor[1].ID",
    "UserAgent", "ClientInfoString", "ClientAppName", "BrowserName", "AppAccessContext.ClientAppId",
    "ClientAppId", "AppId", "ApplicationId", "ApplicationDisplayName", "AppAccessContext.ClientAppName",
    "AppAccessContext.APIId", "AppAccessContext.AADSessionId", "AADSessionId", "SessionId",
    "AppAccessContext.UniqueTokenId", "UniqueTokenIdentifier", "DeviceId", "AppAccessContext.DeviceId",
    "InterSystemsId", "CorrelationId", "AppAccessContext.CorrelationId", "IntraSystemId",
    "InternetMessageId", "Item.InternetMessageId", "AffectedItems[0].InternetMessageId",
    "Folders[0].FolderItems[0].InternetMessageId", "NetworkMessageId", "Subject", "Item.Subject",
    "AffectedItems[0].Subject", "Folder.Path", "Item.ParentFolder.Path", "Folders[0].Path", "AlertId", "Name",
    "Url",
]
# What stands in our list of parameters.
PARAMETERS = [
    "Parameters", "OperationProperties", "ExtendedProperties", "DeviceProperties", "ExtraProperties", "Item",
    "AffectedItems", "Folder", "Folders", "DestFolder", "Actor", "Target", "AppAccessContext", "EventData", "Data",
    "Members", "RecipientList", "LogonType", "InternalLogonType", "MailAccessType", "ItemType",
    "SourceFileName", "SourceRelativeUrl", "SourceFileExtension", "SiteUrl", "Site", "ListItemUniqueId",
    "TeamName", "AADGroupId", "ChatThreadId", "ExternalAccess", "ClientProcessName", "ClientVersion",
    "AzureActiveDirectoryEventType", "ActorContextId", "TargetContextId", "SupportTicketId", "ClientRequestId",
]
NARROW = [
    "CreationTime", "Id", "Operation", "OrganizationId", "RecordType", "UserId", "UserKey", "UserType",
    "Workload", "ResultStatus", "ClientIP", "ClientIPAddress", "ActorIpAddress", "ObjectId", "UserAgent",
    "MailboxOwnerUPN", "SessionId", "Parameters", "ModifiedProperties",
]


def paths(names):
    return "[" + ", ".join(f"'$.{name}'" for name in names) + "]"


def text(*names):
    found = [f"v[{TEXTS.index(name) + 1}]" for name in names]
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def whole(folder):
    ip = text("ClientIP", "ClientIPAddress", "ActorIpAddress", "UserIp")
    # `1.2.3.4:443`, `[2001:db8::1]:443`, or the address alone.
    bare = r"'^\[?([0-9.]+|[0-9a-fA-F:.]+\b)\]?(?::([0-9]+))?$'"
    shaped = f"(starts_with({ip}, '[') OR contains({ip}, '.'))"
    columns = {
        "event_time": f"TRY_CAST({text('CreationTime')} AS TIMESTAMP)",
        "source": "'unified-audit'",
        "form": "'ual-json'",
        "record_id": text("Id"),
        "workload": text("Workload"),
        "operation": f"rtrim({text('Operation')}, '.')",
        "record_type": text("RecordType"),
        "result": f"""CASE lower({text('ResultStatus')}) WHEN 'succeeded' THEN 'success' WHEN 'success' THEN 'success'
            WHEN 'true' THEN 'success' WHEN 'failed' THEN 'failure' WHEN 'failure' THEN 'failure'
            WHEN 'false' THEN 'failure' ELSE 'unknown' END""",
        "result_code": text("ErrorNumber", "LoginStatus", "ResultStatus"),
        "result_reason": text("LogonError"),
        "actor": f"lower({text('UserId')})",
        "actor_id": f"lower({text('Actor[1].ID', 'Actor[0].ID', 'UserKey')})",
        "actor_name": text("Actor[0].ID"),
        "actor_kind": f"""CASE {text('UserType')} WHEN '0' THEN 'user' WHEN '2' THEN 'admin' WHEN '3' THEN 'system'
            WHEN '4' THEN 'system' WHEN '5' THEN 'app' WHEN '6' THEN 'service' ELSE 'unknown' END""",
        "target_kind": f"CASE WHEN {text('Target[0].ID')} IS NULL THEN NULL ELSE 'object' END",
        "target_id": text("ObjectId", "Target[1].ID", "AlertId"),
        "target": text("Target[0].ID", "Name", "ObjectId"),
        "owner": f"lower({text('MailboxOwnerUPN')})",
        "ip": f"CASE WHEN {shaped} THEN regexp_extract({ip}, {bare}, 1) ELSE {ip} END",
        "ip_port": f"CASE WHEN {shaped} THEN TRY_CAST(regexp_extract({ip}, {bare}, 2) AS UINTEGER) END",
        "asn": "NULL::UINTEGER",
        "as_org": "NULL::VARCHAR",
        "country": "NULL::VARCHAR",
        "user_agent": text("UserAgent", "ClientInfoString"),
        "client_app": f"coalesce(split_part({text('ClientInfoString')}, ';', 1), {text('ClientAppName', 'BrowserName')})",
        "app_id": text("AppAccessContext.ClientAppId", "ClientAppId", "AppId", "ApplicationId"),
        "app_name": text("AppAccessContext.ClientAppName", "ApplicationDisplayName"),
        "resource_app_id": text("AppAccessContext.APIId"),
        "resource_name": "NULL::VARCHAR",
        "session_id": text("AppAccessContext.AADSessionId", "AADSessionId", "SessionId"),
        "token_id": text("AppAccessContext.UniqueTokenId", "UniqueTokenIdentifier"),
        "device_id": text("AppAccessContext.DeviceId", "DeviceId"),
        "correlation_id": text("InterSystemsId", "CorrelationId", "AppAccessContext.CorrelationId"),
        "auth_requirement": "NULL::VARCHAR",
        "auth_protocol": "NULL::VARCHAR",
        "mfa_detail": "NULL::VARCHAR",
        "risk": "NULL::VARCHAR",
        "message_id": text(
            "InternetMessageId", "Item.InternetMessageId", "AffectedItems[0].InternetMessageId",
            "Folders[0].FolderItems[0].InternetMessageId",
        ),
        "network_message_id": f"lower({text('NetworkMessageId')})",
        "subject": text("Subject", "Item.Subject", "AffectedItems[0].Subject"),
        "object_path": text("Folder.Path", "Item.ParentFolder.Path", "Folders[0].Path", "Url", "ObjectId"),
        "parameters": "p[1:-2]",
        "changed": "p[-1]",
        "artefact": "filename",
        "position": "row_number() OVER ()",
        "length": "strlen(raw)",
        "id_key": f"hash({text('IntraSystemId', 'Id')})",
        "content_hash": "sha256(raw)",
        "raw": "raw",
    }
    listed = ", ".join(f'{expression} AS "{name}"' for name, expression in columns.items())
    inner = f"""SELECT json_extract_string(json, {paths(TEXTS)}) AS v,
        json_extract(json, {paths(PARAMETERS + ["ModifiedProperties"])}) AS p, json::VARCHAR AS raw, filename
        FROM read_ndjson_objects('{folder}/*.jsonl', filename = true)"""
    return f"SELECT {listed} FROM ({inner})"


def thin(folder):
    typed = {"CreationTime": "TIMESTAMP", "RecordType": "INTEGER", "UserType": "INTEGER"}
    listed = ", ".join(
        f'TRY_CAST(v[{at}] AS {typed.get(field, "VARCHAR")}) AS "{field}"' for at, field in enumerate(NARROW, 1)
    )
    inner = f"SELECT json_extract_string(json, {paths(NARROW)}) AS v, json AS raw FROM read_ndjson_objects('{folder}/*.jsonl')"
    return f"SELECT {listed}, raw FROM ({inner})"


kind, folder, target = sys.argv[1:]
connection = duckdb.connect()
connection.execute("SET threads = 2")
if kind == "thin":
    connection.execute("SET preserve_insertion_order = false")
    query = thin(folder)
else:
    for path in sorted(pathlib.Path(folder).glob("*.jsonl")):
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
    query = whole(folder)
connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
count, columns = connection.execute(f"SELECT count(*) FROM '{target}'").fetchone()[0], len(
    connection.execute(f"SELECT * FROM '{target}' LIMIT 0").description
)
print('{"lines": %d, "columns": %d}' % (count, columns))
