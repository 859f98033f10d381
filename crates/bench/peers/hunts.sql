-- Ten questions of a hunt over the records of a case, in the SQL that both engines speak. One statement a line.
SELECT actor, ip, count(*) AS times FROM records WHERE operation = 'UserLoggedIn' GROUP BY actor, ip ORDER BY times DESC, actor, ip LIMIT 100
SELECT ip, count(DISTINCT actor) AS accounts, count(*) AS times FROM records WHERE operation = 'UserLoginFailed' GROUP BY ip HAVING count(DISTINCT actor) >= 5 ORDER BY accounts DESC, ip LIMIT 100
SELECT event_time, actor, ip, operation, target FROM records WHERE operation IN ('New-InboxRule', 'Set-InboxRule', 'UpdateInboxRules', 'Remove-InboxRule') ORDER BY event_time, record_id LIMIT 100
SELECT event_time, actor, target FROM records WHERE operation LIKE 'Consent to application%' OR operation LIKE 'Add OAuth2PermissionGrant%' ORDER BY event_time, record_id LIMIT 100
SELECT event_time, operation, ip, session_id FROM records WHERE actor = (SELECT max(actor) FROM records WHERE operation = 'UserLoggedIn') ORDER BY event_time, record_id LIMIT 100
SELECT user_agent, count(DISTINCT actor) AS accounts, count(*) AS times FROM records WHERE user_agent IS NOT NULL GROUP BY user_agent HAVING count(DISTINCT actor) <= 3 ORDER BY times DESC, user_agent LIMIT 100
SELECT app_id, actor, count(*) AS times FROM records WHERE operation = 'MailItemsAccessed' GROUP BY app_id, actor ORDER BY times DESC, app_id, actor LIMIT 100
SELECT date_trunc('day', event_time) AS day, operation, count(*) AS times FROM records GROUP BY date_trunc('day', event_time), operation ORDER BY day, operation LIMIT 100
SELECT session_id, count(DISTINCT ip) AS addresses, min(event_time) AS first, max(event_time) AS last FROM records WHERE session_id IS NOT NULL GROUP BY session_id HAVING count(DISTINCT ip) > 2 ORDER BY addresses DESC, session_id LIMIT 100
SELECT actor, count(DISTINCT object_path) AS things, count(*) AS times FROM records WHERE operation IN ('FileDownloaded', 'FileSyncDownloadedFull', 'FileAccessed') GROUP BY actor ORDER BY things DESC, actor LIMIT 100
