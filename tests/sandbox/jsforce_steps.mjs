// Drives jsforce, unchanged, against the sandbox; prints what each step answered as JSON.
import { createRequire } from 'node:module';

const [folder, address, token] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const jsforce = require('jsforce');
const connection = new jsforce.Connection({ instanceUrl: address, accessToken: token });
const polling = { pollTimeout: 20000, pollInterval: 100 };
Object.assign(connection.bulk, polling);
Object.assign(connection.bulk2, polling);
const answers = {};

async function step(name, run) {
  try {
    answers[name] = { answer: (await run()) ?? null };
  } catch (error) {
    answers[name] = { code: error.errorCode ?? error.name, message: error.message };
  }
}

const account = connection.sobject('Account');
await step('version', async () => connection.version);
await step('identity', () => connection.identity());
await step('create', () => account.create({ Name: 'Made by jsforce' }));
const id = answers.create.answer.id;
await step('createMany', () => account.create([{ Name: 'J1' }, { Phone: '1' }]));
await step('retrieve', () => account.retrieve(id));
await step('update', () => account.update({ Id: id, Name: 'Changed' }));
await step('upsert', () => account.upsert({ Id: id, Name: 'Upserted' }, 'Id'));
await step('find', () => account.find({ Name: { $like: 'Ups%' } }, 'Id, Name').limit(5));
await step('count', () => account.count({ Name: 'Upserted' }));
await step('describe', async () => (await connection.describe('Contact')).keyPrefix);
await step('describeGlobal', async () => (await connection.describeGlobal()).sobjects.length);
await step('layouts', async () => Object.keys(await account.layouts()));
await step('search', () => connection.search('FIND {Upserted} RETURNING Account(Id, Name)'));
const day = 86400000;
await step('updated', () => account.updated(new Date(Date.now() - day), new Date(Date.now() + day)));
await step('bulk2load', () =>
  connection.bulk2.loadAndWaitForResults({
    object: 'Lead',
    operation: 'insert',
    input: [{ LastName: 'A', Company: 'C' }, { LastName: 'B', Company: '' }],
    ...polling,
  }));
await step('bulk2query', async () =>
  (await connection.bulk2.query('SELECT LastName, Owner.Name FROM Lead', polling)).toArray());
await step('bulk1load', () => connection.bulk.load('Account', 'insert', [{ Name: 'Old way' }]));
await step('bulk1query', async () =>
  (await connection.bulk.query("SELECT Name FROM Account WHERE Name = 'Old way'")).toArray());
await step('everyPage', async () => {
  const rows = Array.from({ length: 200 }, (_, n) => ({ LastName: `P${n}` }));
  for (let round = 0; round < 11; round += 1) await connection.sobject('Contact').create(rows);
  const seen = [];
  const query = connection.query('SELECT Id FROM Contact').on('record', (row) => seen.push(row.Id));
  await query.run({ autoFetch: true, maxFetch: 10000 });
  return new Set(seen).size;
});
await step('badQuery', () => connection.query('SELECT Nope FROM Account'));
await step('delete', () => account.delete(id));
await step('undelete', () => connection.soap.undelete([id]));
await step('limits', async () => connection.limitInfo.apiUsage.limit);
const other = new jsforce.Connection({ loginUrl: address });
await step('login', () => other.login('admin@sandbox.example', 'sandbox'));
await step('loggedIn', async () => (await other.query('SELECT COUNT() FROM Account')).done);
console.log(JSON.stringify(answers));
