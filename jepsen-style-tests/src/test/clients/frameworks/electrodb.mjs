// ElectroDB: entities and collections of one table. Usage: node electrodb.mjs ENDPOINT DIRECTORY_WITH_NODE_MODULES
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.argv[3], "index.js"));
const { CreateTableCommand, DynamoDBClient, waitUntilTableExists } = require("@aws-sdk/client-dynamodb");
const { Entity, Service } = require("electrodb");

const client = new DynamoDBClient({
  endpoint: process.argv[2],
  region: "us-east-1",
  credentials: { accessKeyId: "any", secretAccessKey: "thing" },
});
const table = "electro-things";
await client.send(new CreateTableCommand({
  TableName: table,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: ["pk", "sk", "lsi1sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
  LocalSecondaryIndexes: [{
    IndexName: "lsi1",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "lsi1sk", KeyType: "RANGE" }],
    Projection: { ProjectionType: "ALL" },
  }],
}));
await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: table });

const employee = new Entity({
  model: { entity: "employee", version: "1", service: "office" },
  attributes: {
    team: { type: "string", required: true },
    id: { type: "string", required: true },
    hired: { type: "string" },
    salary: { type: "number", default: 0 },
    tags: { type: "set", items: "string" },
    notes: { type: "list", items: { type: "string" } },
    address: { type: "map", properties: { city: { type: "string" }, zip: { type: "string" } } },
  },
  indexes: {
    primary: {
      collection: "people",
      pk: { field: "pk", composite: ["team"] },
      sk: { field: "sk", composite: ["id"] },
    },
    byHired: {
      index: "lsi1",
      pk: { field: "pk", composite: ["team"] },
      sk: { field: "lsi1sk", composite: ["hired"] },
    },
  },
}, { client, table });
const task = new Entity({
  model: { entity: "task", version: "1", service: "office" },
  attributes: {
    team: { type: "string", required: true },
    number: { type: "number", required: true, padding: { length: 6, char: "0" } },
    done: { type: "boolean", default: false },
  },
  indexes: {
    primary: {
      collection: "people",
      pk: { field: "pk", composite: ["team"] },
      sk: { field: "sk", composite: ["number"] },
    },
  },
}, { client, table });
const office = new Service({ employee, task }, { client, table });

const ada = { team: "red", id: "ada", hired: "2020-01-01", tags: ["a", "b"], notes: ["x"], address: { city: "Bonn", zip: "1" } };
await employee.create(ada).go();
await assert.rejects(employee.create(ada).go(), /conditional request failed/);
assert.deepEqual((await employee.get(ada).go({ consistent: true })).data, { ...ada, salary: 0 });

const patched = await employee.patch(ada)
  .set({ "address.city": "Berlin" })
  .add({ salary: 10 })
  .append({ notes: ["y"] })
  .delete({ tags: ["a"] })
  .remove(["hired"])
  .where((attr, op) => `${op.eq(attr.address.zip, "1")} AND ${op.exists(attr.notes)}`)
  .go({ response: "all_new" });
assert.deepEqual(patched.data, {
  team: "red", id: "ada", salary: 10, tags: ["b"], notes: ["x", "y"], address: { city: "Berlin", zip: "1" },
});
await assert.rejects(employee.patch({ team: "red", id: "nobody" }).set({ hired: "x" }).go(), /conditional request failed/);
await employee.upsert({ team: "red", id: "bob" }).set({ hired: "2021-05-05" }).go();

const many = Array.from({ length: 60 }, (_, i) => ({ team: "blue", id: `e${100 + i}`, hired: `2022-01-${10 + (i % 20)}` }));
assert.deepEqual((await employee.put(many).go()).unprocessed, []);
assert.equal((await employee.get(many).go({ consistent: true })).data.length, 60);
let cursor = null;
const ids = [];
do {
  const page = await employee.query.primary({ team: "blue" }).go({ cursor, limit: 7 });
  ids.push(...page.data.map((each) => each.id));
  cursor = page.cursor;
} while (cursor);
assert.deepEqual(ids, many.map((each) => each.id));
const some = await employee.query.primary({ team: "blue" })
  .between({ id: "e110" }, { id: "e119" })
  .where(({ hired }, { contains }) => contains(hired, "2022"))
  .go({ order: "desc" });
assert.equal(some.data.length, 10);
assert.equal(some.data[0].id, "e119");
const byHired = await employee.query.byHired({ team: "blue" }).gte({ hired: "2022-01-29" }).go({ consistent: true });
assert.equal(byHired.data.length, 3);

await task.create({ team: "red", number: 7 }).go();
const people = await office.collections.people({ team: "red" }).go();
assert.deepEqual(people.data.employee.map((each) => each.id), ["ada", "bob"]);
assert.deepEqual(people.data.task, [{ team: "red", number: 7, done: false }]);
assert.equal((await employee.scan.where(({ team }, { eq }) => eq(team, "red")).go({ pages: "all" })).data.length, 2);

const written = await office.transaction.write(({ employee: e, task: t }) => [
  e.patch({ team: "red", id: "ada" }).add({ salary: 5 }).commit(),
  t.create({ team: "red", number: 8 }).commit({ response: "all_old" }),
]).go({ token: "electro-1" });
assert.equal(written.canceled, false);
const canceled = await office.transaction.write(({ employee: e, task: t }) => [
  e.patch({ team: "red", id: "ada" }).add({ salary: 5 }).commit(),
  t.create({ team: "red", number: 8 }).commit({ response: "all_old" }),
]).go();
assert.equal(canceled.canceled, true);
assert.deepEqual(canceled.data.map((each) => each.code), ["None", "ConditionalCheckFailed"]);
assert.deepEqual(canceled.data[1].item, { team: "red", number: 8, done: false });
const read = await office.transaction.get(({ employee: e, task: t }) => [
  e.get({ team: "red", id: "ada" }).commit(), t.get({ team: "red", number: 9 }).commit(),
]).go();
assert.equal(read.data[0].item.salary, 15);
assert.equal(read.data[1].item, null);
await employee.remove({ team: "red", id: "bob" }).go();
assert.equal((await employee.get({ team: "red", id: "bob" }).go({ consistent: true })).data, null);
assert.deepEqual((await employee.delete(many.slice(0, 30)).go()).unprocessed, []);
console.log("ElectroDB works");
