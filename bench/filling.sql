-- The statements of bench/filling.py, in order, each under its name. `mod`, not the operator: the
-- driver reads the sign of the operator as a parameter. Every choice is a hash of a row's number,
-- so that the same register comes of the same scale and day.

-- helpers
CREATE FUNCTION pg_temp.chance(n bigint, salt int, below int) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT mod(hashint8(n * 64 + salt)::bigint & 2147483647, below)::int $$;

-- helpers: end of a day in Shanghai, which is when limits end
CREATE FUNCTION pg_temp.midnight(day date) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT (day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' $$;

-- plan: one row an application; a fifth of them are open and not older than 45 days
CREATE TEMPORARY TABLE made_bundle AS
SELECT n, open, day, firm, started_at,
  'd-' || lpad(to_hex(n), 24, '0') AS application,
  'SJ-YJS-310117-' || to_char(day, 'YYYYMMDD') || '-' || lpad(serial::text, 6, '0') AS number,
  to_char(day, 'YYYYMMDD') || lpad(serial::text, 4, '0') AS tail,
  CASE WHEN NOT open
    THEN started_at + make_interval(days => 3 + pg_temp.chance(n, 4, 22)) END AS closed_at
FROM (
  SELECT n, open, day, firm,
    (day + time '09:00') AT TIME ZONE 'Asia/Shanghai'
      + make_interval(secs => pg_temp.chance(n, 2, 28800)) AS started_at,
    row_number() OVER (PARTITION BY day ORDER BY n) AS serial
  FROM (
    SELECT n, mod(n, 5) = 0 AS open,
      %(today)s::date - CASE WHEN mod(n, 5) = 0
        THEN 2 + pg_temp.chance(n, 1, 45) ELSE 30 + pg_temp.chance(n, 1, 700) END AS day,
      pg_temp.chance(n, 3, %(firms)s) AS firm
    FROM generate_series(1, %(bundles)s) AS n
  ) AS chosen
) AS numbered;

-- plan: three or four matters an application, of different items
CREATE TEMPORARY TABLE made_matter AS
SELECT b.n * 4 + p AS n, p AS position, b.number AS bundle, 'M' || p AS key, b.tail, b.open,
  b.started_at, b.closed_at, i.code AS item, i.name, i.department, i.department_name, i.organ,
  pg_temp.midnight(CASE WHEN b.open
    THEN %(today)s::date + pg_temp.chance(b.n * 4 + p, 5, 31) - 6
    ELSE b.day + 20 END) AS due_at,
  CASE WHEN pg_temp.chance(b.n * 4 + p, 6, 1000) < 3 THEN 'secret'
    WHEN pg_temp.chance(b.n * 4 + p, 6, 1000) < 25 THEN 'sensitive'
    ELSE 'ordinary' END AS confidentiality
FROM made_bundle b
CROSS JOIN LATERAL generate_series(0, CASE WHEN mod(b.n, 3) = 0 THEN 3 ELSE 2 END) AS p
JOIN made_item i ON i.part = p AND i.slot = pg_temp.chance(b.n * 4 + p, 7, %(slots)s);

-- application
INSERT INTO application (id, state, service, owner, channel, firm_code, firm_name, firm,
  firm_source, answers, form, materials, committed, version, created_at, changed_at, submitted_at,
  submitted_by, number, query_code)
SELECT b.application, 'submitted', 'filled', %(clerk)s, 'window', f.code, f.name,
  jsonb_build_object('uscc', f.code, 'name', f.name), '{}',
  '{"changes": ["name"], "paper_licence": "held", "filed_by": "agent"}',
  '{"contact_mobile": "13800000000", "decided_on": "2026-01-05"}', '{}', '[]', 2,
  b.started_at, b.started_at, b.started_at, %(clerk)s, b.number,
  lpad(pg_temp.chance(b.n, 8, 10000)::text, 4, '0')
FROM made_bundle b JOIN made_firm f ON f.n = b.firm;

-- bundle
INSERT INTO bundle (number, application, service, service_version, definition_sha256, name,
  situation, situation_name, lead, status, version, started_at, closed_at, calendar)
SELECT number, application, 'filled', 1, repeat('0', 64), '企业准营“一件事”', 'FILLED-01',
  '新办许可', %(lead)s, CASE WHEN open THEN 'running' ELSE 'closed' END,
  CASE WHEN open THEN 12 ELSE 31 END, started_at, closed_at, %(calendar)s
FROM made_bundle;

-- matter
INSERT INTO matter (bundle, key, position, number, name, department, department_name, status,
  result, version, step, received_at, accepted_at, decided_at, closed_at, due_at, due_kind,
  due_provisional, overdue, suspended, special, clocks, needs, gates, missing, decided_by, reasons,
  reason_bases, bases, remedies, confidentiality)
SELECT bundle, key, position, item || tail, name, department, department_name,
  CASE WHEN open THEN 'reviewing' ELSE 'closed' END, CASE WHEN open THEN NULL ELSE 'granted' END,
  CASE WHEN open THEN 5 ELSE 11 END, CASE WHEN open THEN '审查' END,
  started_at, started_at, closed_at, closed_at, CASE WHEN open THEN due_at END,
  CASE WHEN open THEN 'promised' END, false, open AND due_at < %(now)s, false, %(special)s::jsonb,
  replace(replace(%(clocks)s, '@from', to_json(started_at) #>> '{}'),
    '@due', to_json(due_at) #>> '{}')::jsonb,
  '[]', '[]', '[]',
  CASE WHEN NOT open
    THEN 'a-made-' || department || '-' || pg_temp.chance(n, 9, %(officers)s) END,
  '[]', '[]', '[{"law": "行政许可法", "article": "第三十八条"}]', '[]',
  confidentiality
FROM made_matter;

-- task: five a matter; of an open one two are done, two are open, one is either
INSERT INTO task (id, bundle, matter, kind, name, department, role, status, version, assignee,
  outcome, opened_at, due_at, completed_at, item, confidentiality, level, alerted, alerted_at,
  drafted_by, asked_by, more)
SELECT bundle || '.' || key || '.' || step, bundle, key, kind, name, department, role, status, 3,
  CASE WHEN status <> 'ready'
    THEN 'a-made-' || department || '-' || pg_temp.chance(t, 10, %(officers)s) END,
  CASE WHEN status = 'completed' THEN outcome END, opened_at, due_at,
  CASE WHEN NOT open THEN opened_at + make_interval(hours => 1 + pg_temp.chance(t, 11, 30)) END,
  item, confidentiality, coalesce(level, 0),
  CASE level WHEN 1 THEN 'holder' WHEN 2 THEN 'head' WHEN 3 THEN 'supervisor' END,
  CASE WHEN level > 0 THEN due_at END,
  CASE WHEN status = 'in_review'
    THEN 'a-made-' || department || '-' || pg_temp.chance(t, 12, %(officers)s) END,
  CASE WHEN kind = 'consultation' THEN asking END,
  CASE WHEN status = 'waiting' THEN %(waiting)s::jsonb
    WHEN kind = 'consultation' THEN %(request)s::jsonb ELSE %(more)s::jsonb END
FROM (
  SELECT *, CASE WHEN NOT open THEN 0 WHEN due_at IS NULL THEN 0
      WHEN due_at < %(now)s - interval '3 days' THEN 3 WHEN due_at < %(now)s THEN 2
      WHEN due_at < %(now)s + interval '3 days' THEN 1 ELSE 0 END AS level,
    CASE WHEN NOT open THEN (
      CASE pg_temp.chance(t, 13, 50) WHEN 0 THEN 'cancelled' WHEN 1 THEN 'obsolete'
        ELSE 'completed' END)
      WHEN pg_temp.chance(t, 13, 100) < 62 THEN 'ready'
      WHEN pg_temp.chance(t, 13, 100) < 74 THEN 'claimed'
      WHEN pg_temp.chance(t, 13, 100) < 90 THEN 'in_progress'
      WHEN pg_temp.chance(t, 13, 100) < 97 THEN 'waiting' ELSE 'in_review' END AS status
  FROM (
    SELECT m.n * 8 + s.place AS t, m.bundle, m.key, m.item, m.confidentiality,
      m.department AS asking, s.kind, s.step, s.name, s.role, s.outcome,
      CASE WHEN s.kind = 'consultation' THEN asked.department ELSE m.department END AS department,
      m.open AND (s.open OR (s.either AND mod(m.n, 2) = 0)) AS open,
      m.started_at + make_interval(hours => 2 * s.place + pg_temp.chance(m.n, 14, 8)) AS opened_at,
      CASE WHEN pg_temp.chance(m.n * 8 + s.place, 15, 20) > 0 THEN m.due_at END AS due_at
    FROM made_matter m
    JOIN made_step s ON s.of_open = m.open
    JOIN made_organ asked
      ON asked.n = mod(m.organ + 1 + pg_temp.chance(m.n, 16, %(organs)s - 1), %(organs)s)
  ) AS stepped
) AS standing;

-- recusal: every officer is kept from some open applications
INSERT INTO recusal (account, bundle)
SELECT DISTINCT a.id, b.number
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM account WHERE id LIKE 'a-made-%%') a
CROSS JOIN generate_series(1, %(recusals)s) AS k
JOIN made_bundle b ON b.n = 5 * (1 + pg_temp.chance(a.place * 1000 + k, 17, %(bundles)s / 5 - 1));

