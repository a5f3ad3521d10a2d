// Exercises the sandbox with jsforce, unchanged: one line of JSON per clause, `ok` or what differed.
// Run by run.py: node jsforce.mjs FOLDER-WITH-JSFORCE ADDRESS TOKEN CLIENT-ID CLIENT-SECRET
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const [folder, address, token, clientId, clientSecret] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const jsforce = require('jsforce');
const connect = (more = {}) =>
  new jsforce.Connection({ instanceUrl: address, accessToken: token, ...more });
const c = connect({ version: '66.0' });
const polling = { pollTimeout: 60000, pollInterval: 200 };
Object.assign(c.bulk, polling);
Object.assign(c.bulk2, polling);

async function clause(name, run) {
  try {
    await run();
    console.log(JSON.stringify({ clause: name, ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ clause: name, ok: false, detail: String(error.message ?? error).slice(0, 500) }));
  }
}
async function refused(promise, code, words = '') {
  const error = await promise.then(() => null, (e) => e);
  assert.ok(error, `nothing was refused, wanted ${code}`);
  assert.equal(error.errorCode ?? error.name, code, error.message);
  assert.ok(error.message.includes(words), error.message);
}
const rows = async (soql, options) => (await c.query(soql, options)).records;
const one = async (soql) => (await rows(soql))[0];
const count = async (soql) => (await c.query(soql)).totalSize;
const account = c.sobject('Account');
const make = async (name, fields) => (await c.sobject(name).create(fields)).id;

await clause('every version from v50, with and without a slash', async () => {
  const versions = await c.request('/services/data');
  assert.deepEqual([versions[0].version, versions.at(-1).version], ['50.0', '68.0']);
  for (const { url } of versions) {
    for (const end of ['', '/']) assert.ok((await c.request(`${url}${end}`)).sobjects);
    assert.ok((await c.request(`${url}/query/?q=SELECT+COUNT()+FROM+Account`)).done);
  }
});
await clause('the limit header is read from every answer', async () => {
  assert.ok(c.limitInfo.apiUsage.used > 0 && c.limitInfo.apiUsage.limit > 0);
  assert.ok((await c.limits()).DailyApiRequests.Max);
});
await clause('identity and user info', async () => {
  const identity = await c.identity();
  const info = await c.request('/services/oauth2/userinfo');
  assert.equal(identity.user_id, info.user_id);
  assert.equal(identity.organization_id, info.organization_id);
  assert.equal((await one('SELECT Id FROM Organization')).Id, info.organization_id);
});

async function allow(oauth2, verifierUrl) {
  const page = await (await fetch(verifierUrl)).text();
  const form = new URLSearchParams();
  for (const [, name, value] of page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g))
    form.set(name, value.replaceAll('&amp;', '&').replaceAll('&#x27;', "'"));
  form.set('user', page.match(/<option value="([^"]+)"/)[1]);
  form.set('decision', 'allow');
  const answer = await fetch(`${address}/services/oauth2/authorize`, { method: 'POST', body: form, redirect: 'manual' });
  return new URL(answer.headers.get('location')).searchParams.get('code');
}
await clause('web server flow with PKCE; refresh rotates; using a token twice ends the grant', async () => {
  const oauth2 = new jsforce.OAuth2({ loginUrl: address, clientId, clientSecret, redirectUri: 'http://localhost:1717/back', useVerifier: true });
  const code = await allow(oauth2, oauth2.getAuthorizationUrl({ scope: 'api refresh_token' }));
  const other = new jsforce.Connection({ oauth2, version: '66.0' });
  await other.authorize(code);
  assert.ok((await other.query('SELECT Id FROM Account LIMIT 1')).done);
  const first = other.refreshToken;
  const second = await oauth2.refreshToken(first);
  assert.notEqual(second.refresh_token, first);
  const fresh = connect({ accessToken: second.access_token });
  assert.ok((await fresh.query('SELECT Id FROM Account LIMIT 1')).done);
  await refused(oauth2.refreshToken(first), 'invalid_grant');
  await refused(oauth2.refreshToken(second.refresh_token), 'invalid_grant');
  await refused(connect({ accessToken: second.access_token }).query('SELECT Id FROM Account'), 'INVALID_SESSION_ID');
});
await clause('client credentials, introspect, revoke', async () => {
  const oauth2 = new jsforce.OAuth2({ loginUrl: address, clientId, clientSecret });
  const other = new jsforce.Connection({ oauth2 });
  await other.authorize({ grant_type: 'client_credentials' });
  assert.ok((await other.identity()).username.startsWith('integration'));
  const asked = (path, body) => fetch(`${address}/services/oauth2/${path}`, { method: 'POST', body: new URLSearchParams(body) });
  const about = await (await asked('introspect', { token: other.accessToken, client_id: clientId, client_secret: clientSecret })).json();
  assert.equal(about.active, true);
  await other.logout();
  const gone = await (await asked('introspect', { token: about ? other.accessToken ?? 'x' : '', client_id: clientId, client_secret: clientSecret })).json();
  assert.equal(gone.active, false);
});
await clause('SOAP login', async () => {
  const other = new jsforce.Connection({ loginUrl: address });
  assert.ok((await other.login('admin@sandbox.example', 'sandbox')).organizationId);
});
await clause('describe, quick describe (304), layouts, search layouts, recent', async () => {
  assert.ok((await c.describeGlobal()).sobjects.some((o) => o.name === 'Account'));
  const contact = await c.describe('Contact');
  assert.equal(contact.fields.find((f) => f.name === 'LastName').length, 80);
  assert.ok((await account.layouts()).recordTypeMappings.length);
  assert.ok((await account.compactLayouts()).compactLayouts.length);
  assert.ok((await account.approvalLayouts()).approvalLayouts);
  assert.ok((await account.listviews()).listviews.length);
  assert.ok(Array.isArray(await c.recent()));
  const later = { 'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' };
  const bare = await fetch(`${address}/services/data/v66.0/sobjects/Account/describe`, { headers: { Authorization: `Bearer ${token}`, ...later } });
  assert.equal(bare.status, 304);
});

const parent = await make('Account', { Name: 'Probe Parent', Industry: 'Energy', AnnualRevenue: 10 });
const child = await make('Account', { Name: "Probe O'Child 100%", ParentId: parent, Industry: 'Banking' });
const person = await make('Contact', { LastName: 'Prober', FirstName: 'Ann', AccountId: parent, Email: 'a@example.org' });
const deal = await make('Opportunity', { Name: 'Probe deal', AccountId: parent, StageName: 'Prospecting', CloseDate: '2026-11-30', Amount: 100.5 });
await make('Opportunity', { Name: 'Probe won', AccountId: parent, StageName: 'Closed Won', CloseDate: '2026-10-15', Amount: 50 });
const task = await make('Task', { Subject: 'Call', WhoId: person, WhatId: deal, ActivityDate: '2026-12-01' });

await clause('parents, children, child of a child', async () => {
  const row = await one(`SELECT Name, Parent.Owner.Name, (SELECT LastName FROM Contacts), (SELECT Name, (SELECT Id FROM Tasks) FROM Opportunities ORDER BY Amount DESC LIMIT 1) FROM Account WHERE Id = '${parent}'`);
  assert.equal(row.Contacts.records[0].LastName, 'Prober');
  assert.equal(row.Opportunities.records[0].Tasks.totalSize, 1);
  assert.equal(row.Parent, null);
  assert.equal((await one(`SELECT Parent.Name FROM Account WHERE Id = '${child}'`)).Parent.Name, 'Probe Parent');
});
await clause('operators, escapes, IN, NOT IN, LIKE, semi- and anti-joins', async () => {
  const of = (where) => count(`SELECT COUNT() FROM Account WHERE Name LIKE 'Probe%' AND ${where}`);
  assert.equal(await of("Name = 'Probe O\\'Child 100%'"), 1);
  assert.equal(await of("Name LIKE '%100\\%'"), 1);
  assert.equal(await of("Industry IN ('Energy', 'Banking')"), 2);
  assert.equal(await of("Industry NOT IN ('Energy')"), 1);
  assert.equal(await of('(NOT AnnualRevenue > 5)'), 1);
  assert.equal(await of('Id IN (SELECT AccountId FROM Opportunity WHERE Amount > 60)'), 1);
  assert.equal(await of('Id NOT IN (SELECT AccountId FROM Opportunity)'), 1);
  assert.equal(await of('ParentId != null AND AnnualRevenue = null'), 1);
  assert.equal((await account.find({ Name: { $like: 'Probe%' }, Industry: { $in: ['Energy'] } }, 'Id')).length, 1);
});
await clause('every date literal', async () => {
  const plain = ['YESTERDAY', 'TODAY', 'TOMORROW', 'LAST_90_DAYS', 'NEXT_90_DAYS'];
  for (const span of ['WEEK', 'MONTH', 'QUARTER', 'YEAR', 'FISCAL_QUARTER', 'FISCAL_YEAR']) {
    plain.push(`LAST_${span}`, `THIS_${span}`, `NEXT_${span}`);
  }
  for (const span of ['DAYS', 'WEEKS', 'MONTHS', 'QUARTERS', 'YEARS', 'FISCAL_QUARTERS', 'FISCAL_YEARS']) {
    plain.push(`LAST_N_${span}:3`, `NEXT_N_${span}:3`, `N_${span}_AGO:3`);
  }
  for (const literal of plain) {
    for (const field of ['CloseDate', 'CreatedDate']) await c.query(`SELECT COUNT() FROM Opportunity WHERE ${field} >= ${literal}`);
  }
  assert.ok((await count('SELECT COUNT() FROM Account WHERE CreatedDate = TODAY')) >= 2);
});
await clause('date functions, GROUP BY, HAVING, ROLLUP, CUBE, aliases, COUNT_DISTINCT', async () => {
  const months = await rows("SELECT CALENDAR_MONTH(CloseDate) m, SUM(Amount) s, COUNT(Id) FROM Opportunity WHERE Name LIKE 'Probe%' GROUP BY CALENDAR_MONTH(CloseDate) HAVING SUM(Amount) > 60 ORDER BY SUM(Amount) DESC NULLS LAST");
  assert.deepEqual(months.map((r) => [r.m, r.s, r.expr0]), [[11, 100.5, 1]]);
  const names = ['CALENDAR_QUARTER', 'CALENDAR_YEAR', 'DAY_IN_MONTH', 'DAY_IN_WEEK', 'DAY_IN_YEAR', 'DAY_ONLY', 'FISCAL_MONTH', 'FISCAL_QUARTER', 'FISCAL_YEAR', 'HOUR_IN_DAY', 'WEEK_IN_MONTH', 'WEEK_IN_YEAR'];
  for (const name of names) await c.query(`SELECT ${name}(CreatedDate), COUNT(Id) FROM Opportunity GROUP BY ${name}(CreatedDate)`);
  const rolled = await rows("SELECT StageName, GROUPING(StageName) g, SUM(Amount) s FROM Opportunity WHERE Name LIKE 'Probe%' GROUP BY ROLLUP(StageName)");
  assert.deepEqual(rolled.map((r) => [r.StageName, r.g, r.s]), [['Closed Won', 0, 50], ['Prospecting', 0, 100.5], [null, 1, 150.5]]);
  assert.equal((await rows("SELECT Type, StageName, COUNT(Id) FROM Opportunity WHERE Name LIKE 'Probe%' GROUP BY CUBE(Type, StageName)")).length, 6);
  assert.equal((await one("SELECT COUNT_DISTINCT(AccountId) n FROM Opportunity WHERE Name LIKE 'Probe%'")).n, 1);
});
await clause('FIELDS(), toLabel, FORMAT, convertCurrency, TYPEOF, polymorphic parents, FOR UPDATE, no ALL ROWS', async () => {
  assert.ok('Industry' in (await one('SELECT FIELDS(STANDARD) FROM Account LIMIT 1')));
  await refused(c.query('SELECT FIELDS(ALL) FROM Account'), 'MALFORMED_QUERY', 'LIMIT');
  const row = await one(`SELECT toLabel(StageName), FORMAT(Amount) shown, convertCurrency(Amount) money FROM Opportunity WHERE Id = '${deal}' FOR UPDATE`);
  assert.deepEqual([row.StageName, row.shown, row.money], ['Prospecting', '100.50', 100.5]);
  const found = await one(`SELECT Who.Name, Who.Type, What.Type, Owner.Type, TYPEOF What WHEN Opportunity THEN Amount, Account.Name ELSE Name END FROM Task WHERE Id = '${task}'`);
  assert.deepEqual([found.Who.Type, found.What.Amount], ['Contact', 100.5]);
  assert.equal(await count("SELECT COUNT() FROM Task WHERE What.Type = 'Opportunity' AND Who.Type IN ('Contact')"), 1);
  await c.query('SELECT Id FROM Account LIMIT 1 FOR VIEW');
  await c.query('SELECT Id FROM Account LIMIT 1 FOR REFERENCE');
  await refused(c.query('SELECT Id FROM Account LIMIT 1 ALL ROWS'), 'MALFORMED_QUERY', 'ALL ROWS not allowed');
});
await clause('refusals: INVALID_FIELD, INVALID_TYPE, MALFORMED_QUERY with place and caret', async () => {
  await refused(c.query('SELECT Nope FROM Account'), 'INVALID_FIELD', "ERROR at Row:1:Column:8\nNo such column 'Nope' on entity 'Account'");
  await refused(c.query('SELECT Id FROM Nope'), 'INVALID_TYPE', "sObject type 'Nope' is not supported");
  await refused(c.query('SELECT Id FRM Account'), 'MALFORMED_QUERY', 'unexpected token');
  await refused(c.query('SELECT Id FROM Account LIMIT 1 OFFSET 2001'), 'NUMBER_OUTSIDE_VALID_RANGE');
});
await clause('INCLUDES and EXCLUDES', async () => {
  const made = await make('AccountContactRelation', { AccountId: child, ContactId: person, Roles: 'Influencer;Decision Maker' });
  const of = (test) => count(`SELECT COUNT() FROM AccountContactRelation WHERE Id = '${made}' AND Roles ${test}`);
  assert.deepEqual([await of("INCLUDES ('Influencer;Decision Maker', 'Other')"), await of("EXCLUDES ('Influencer')")], [1, 0]);
});
await clause('pages, batch size, queryAll with IsDeleted', async () => {
  const many = Array.from({ length: 600 }, (_, n) => ({ LastName: `Page ${n}` }));
  const made = await c.sobject('Contact').create(many, { allowRecursive: true });
  assert.ok(made.every((r) => r.success));
  const first = await c.query("SELECT Id FROM Contact WHERE LastName LIKE 'Page%'", { headers: { 'Sforce-Query-Options': 'batchSize=250' } });
  assert.deepEqual([first.totalSize, first.done, first.records.length], [600, false, 250]);
  const next = await c.queryMore(first.nextRecordsUrl);
  assert.ok(next.records.length > 0);
  await c.sobject('Contact').destroy(made.slice(0, 3).map((r) => r.id));
  const gone = await c.query("SELECT COUNT() FROM Contact WHERE LastName LIKE 'Page%' AND IsDeleted = true", { scanAll: true });
  assert.equal(gone.totalSize, 3);
});
await clause('SOSL and parameterized search', async () => {
  const found = await c.search('FIND {Probe AND Parent} IN NAME FIELDS RETURNING Account(Id, Name), Contact');
  assert.deepEqual(found.searchRecords.map((r) => r.Name), ['Probe Parent']);
  const body = { q: 'Prober', sobjects: [{ name: 'Contact', fields: ['Id', 'LastName'] }] };
  assert.equal((await c.requestPost('/services/data/v66.0/parameterizedSearch', body)).searchRecords.length, 1);
});
await clause('row refusals: required, length, type, picklist, reference, read-only', async () => {
  await refused(account.create({ Phone: '1' }), 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [Name]');
  await refused(account.create({ Name: 'x'.repeat(256) }), 'STRING_TOO_LONG', 'max length=255');
  await refused(account.create({ Name: 'x', NumberOfEmployees: 'many' }), 'JSON_PARSER_ERROR');
  await refused(account.create({ Name: 'x', ParentId: '001000000000000AAA' }), 'INVALID_CROSS_REFERENCE_KEY');
  await refused(account.create({ Name: 'x', ParentId: person }), 'MALFORMED_ID');
  await refused(account.create({ Name: 'x', CreatedDate: '2020-01-01T00:00:00Z' }), 'INVALID_FIELD_FOR_INSERT_UPDATE');
  await refused(account.create({ Name: 'x', Nope: 1 }), 'INVALID_FIELD', "No such column 'Nope'");
});
await clause('conditional headers: 412', async () => {
  const old = { 'If-Unmodified-Since': 'Mon, 01 Jan 2001 00:00:00 GMT', 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
  const answer = await fetch(`${address}/services/data/v66.0/sobjects/Account/${parent}`, { method: 'PATCH', headers: old, body: '{"Phone":"1"}' });
  assert.equal(answer.status, 412);
});
await clause('upsert by Id and Collections, allOrNone', async () => {
  assert.equal((await account.upsert({ Id: parent, Phone: '2' }, 'Id')).success, true);
  const some = await account.create([{ Name: 'Probe one' }, {}], { allOrNone: false });
  assert.deepEqual(some.map((r) => r.success), [true, false]);
  const none = await account.create([{ Name: 'Probe none' }, {}], { allOrNone: true });
  assert.deepEqual(none.map((r) => r.errors[0].statusCode), ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'REQUIRED_FIELD_MISSING']);
  assert.equal(await count("SELECT COUNT() FROM Account WHERE Name = 'Probe none'"), 0);
  await refused(c.request({ method: 'POST', url: '/services/data/v66.0/composite/sobjects', body: JSON.stringify({ records: Array.from({ length: 201 }, () => ({ attributes: { type: 'Account' }, Name: 'x' })) }), headers: { 'content-type': 'application/json' } }), 'INVALID_BATCH_SIZE');
});
await clause('Composite with references, Batch, Graph', async () => {
  const base = '/services/data/v66.0';
  const composite = await c.requestPost(`${base}/composite`, { allOrNone: true, compositeRequest: [
    { method: 'POST', url: `${base}/sobjects/Account`, referenceId: 'a', body: { Name: 'Probe composite' } },
    { method: 'POST', url: `${base}/sobjects/Contact`, referenceId: 'k', body: { LastName: 'K', AccountId: '@{a.id}' } },
    { method: 'GET', url: `${base}/query?q=SELECT Id FROM Contact WHERE AccountId = '@{a.id}'`, referenceId: 'q' },
  ] });
  assert.deepEqual(composite.compositeResponse.map((r) => r.httpStatusCode), [201, 201, 200]);
  assert.equal(composite.compositeResponse[2].body.totalSize, 1);
  const batch = await c.requestPost(`${base}/composite/batch`, { batchRequests: [{ method: 'GET', url: 'v66.0/limits' }, { method: 'GET', url: 'v66.0/sobjects/Nope' }] });
  assert.deepEqual([batch.hasErrors, batch.results.map((r) => r.statusCode)], [true, [200, 404]]);
  const graph = (id, name) => ({ graphId: id, compositeRequest: [
    { method: 'POST', url: `${base}/sobjects/Account`, referenceId: 'a', body: { Name: name } },
    { method: 'POST', url: `${base}/sobjects/Contact`, referenceId: 'k', body: { LastName: name && 'G', AccountId: '@{a.id}' } },
  ] });
  const graphs = (await c.requestPost(`${base}/composite/graph`, { graphs: [graph('1', 'Probe graph'), graph('2', null)] })).graphs;
  assert.deepEqual(graphs.map((g) => g.isSuccessful), [true, false]);
});
await clause('Bulk API 2.0 in and out, failed rows', async () => {
  const input = [{ Name: 'Probe bulk, "one"' }, { Name: 'x'.repeat(300) }, { Name: 'Probe bulk\ntwo' }];
  const done = await c.bulk2.loadAndWaitForResults({ object: 'Account', operation: 'insert', input, ...polling });
  assert.deepEqual([done.successfulResults.length, done.failedResults.length, done.unprocessedRecords.length], [2, 1, 0]);
  assert.ok(done.failedResults[0].sf__Error.startsWith('STRING_TOO_LONG'));
  const read = await (await c.bulk2.query("SELECT Name FROM Account WHERE Name LIKE 'Probe bulk%' ORDER BY Name", polling)).toArray();
  assert.equal(read.length, 2);
});
await clause('Bulk API v1 in and out', async () => {
  const made = await c.bulk.load('Lead', 'insert', [{ LastName: 'Probe', Company: 'C' }, { LastName: '', Company: 'C' }]);
  assert.deepEqual(made.map((r) => r.success), [true, false]);
  const read = await (await c.bulk.query("SELECT LastName FROM Lead WHERE LastName = 'Probe'")).toArray();
  assert.equal(read.length, 1);
});
await clause('updated, deleted, recycle bin, undelete, cascade', async () => {
  const top = await make('Account', { Name: 'Probe doomed' });
  const below = await make('Contact', { LastName: 'Doomed', AccountId: top });
  await account.destroy(top);
  await refused(c.sobject('Contact').retrieve(below), 'ENTITY_IS_DELETED');
  await c.soap.undelete([top]);
  assert.equal((await c.sobject('Contact').retrieve(below)).LastName, 'Doomed');
  const day = 86400000;
  const [from, to] = [new Date(Date.now() - day), new Date(Date.now() + day)];
  assert.ok((await account.updated(from, to)).latestDateCovered);
  assert.ok((await account.deleted(from, to)).earliestDateAvailable);
});
await clause('merge keeps children and points losers at the master', async () => {
  const [a, b] = [await make('Account', { Name: 'Probe master' }), await make('Account', { Name: 'Probe loser' })];
  const moved = await make('Contact', { LastName: 'Moved', AccountId: b });
  const merged = await c.soap.merge({ masterRecord: { type: 'Account', Id: a }, recordToMergeIds: [b] }).catch((e) => e);
  assert.equal((merged.success ?? merged[0]?.success), true, merged.message);
  assert.equal((await c.sobject('Contact').retrieve(moved)).AccountId, a);
  const gone = await c.query(`SELECT MasterRecordId FROM Account WHERE Id = '${b}'`, { scanAll: true });
  assert.equal(gone.records[0].MasterRecordId, a);
});
await clause('Account Plan objects: plan, objective, measure, link', async () => {
  const plan = await make('AccountPlan', { Name: 'Probe plan', AccountId: parent });
  const objective = await make('AccountPlanObjective', { Name: 'Grow', AccountPlanId: plan });
  const measure = await make('AccountPlanObjectiveMeasure', { Name: 'Revenue', AccountPlanObjectiveId: objective, ValueType: 'Number', TargetValue: '5' });
  await make('AccountPlanObjMeasRela', { AccountPlanObjectiveMeasureId: measure, ReferenceRecordId: deal });
  const row = await one(`SELECT Name, (SELECT Name FROM AccountPlanObjectives) FROM AccountPlan WHERE Id = '${plan}'`);
  assert.equal(row.AccountPlanObjectives.totalSize, 1);
});
