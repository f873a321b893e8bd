// OneTable: models of one table. Usage: node onetable.mjs ENDPOINT DIRECTORY_WITH_NODE_MODULES
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.argv[3], "index.js"));
const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { Table } = require("dynamodb-onetable");
const { Dynamo } = require("dynamodb-onetable/Dynamo");

const client = new Dynamo({
  client: new DynamoDBClient({
    endpoint: process.argv[2],
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "thing" },
  }),
});
const table = new Table({
  client,
  name: "onetable-things",
  partial: true,
  logger: false,
  schema: {
    format: "onetable:1.1.0",
    version: "0.0.1",
    indexes: {
      primary: { hash: "pk", sort: "sk" },
      ls1: { type: "local", sort: "ls1sk", project: "all" },
    },
    params: { isoDates: true, timestamps: true },
    models: {
      Account: {
        pk: { type: String, value: "account:${id}" },
        sk: { type: String, value: "account:" },
        id: { type: String, required: true },
        name: { type: String, required: true },
      },
      User: {
        pk: { type: String, value: "account:${accountId}" },
        sk: { type: String, value: "user:${email}" },
        ls1sk: { type: String, value: "age:${age}" },
        accountId: { type: String, required: true },
        email: { type: String, required: true, unique: true },
        age: { type: Number },
        tags: { type: Set },
        address: { type: Object, schema: { city: { type: String }, zip: { type: String } } },
        scores: { type: Array, default: [] },
      },
    },
  },
});
await table.createTable();
assert.equal(await table.exists(), true);
const description = await table.describeTable();
assert.equal(description.Table.TableStatus, "ACTIVE");

const Account = table.getModel("Account");
const User = table.getModel("User");
await Account.create({ id: "1", name: "Acme" });
await assert.rejects(Account.create({ id: "1", name: "Acme" }), { code: "ConditionalCheckFailedException" });
const user = await User.create({ accountId: "1", email: "a@x.org", age: 30, tags: new Set(["a"]), address: { city: "Bonn", zip: "1" } });
assert.equal(user.email, "a@x.org");
await assert.rejects(User.create({ accountId: "2", email: "a@x.org" }), { code: "UniqueError" });
for (let i = 0; i < 12; i++) {
  await User.create({ accountId: "1", email: `u${10 + i}@x.org`, age: 40 + i });
}
await User.update(
  { accountId: "1", email: "a@x.org" },
  { add: { age: 1 }, set: { "address.city": "{Berlin}", scores: [1, 2] }, delete: { tags: new Set(["a"]) }, where: "${age} = {30}" },
);
const changed = await User.get({ accountId: "1", email: "a@x.org" }, { consistent: true });
assert.equal(changed.age, 31);
assert.deepEqual(changed.address, { city: "Berlin", zip: "1" });
await assert.rejects(
  User.update({ accountId: "1", email: "a@x.org" }, { set: { age: 1 }, where: "${age} > {100}", throw: true }),
);
const found = await User.find({ pk: "account:1", sk: { begins: "user:u" } }, { limit: 5, consistent: true });
assert.deepEqual(found.map((each) => each.email), ["u10@x.org", "u11@x.org", "u12@x.org", "u13@x.org", "u14@x.org"]);
const next = await User.find({ pk: "account:1", sk: { begins: "user:u" } }, { limit: 100, next: found.next });
assert.equal(next.length, 7);
const old = await User.find({ accountId: "1" }, { where: "${age} >= {50} and contains(${email}, {x.org})", consistent: true });
assert.equal(old.length, 2);
assert.equal((await table.fetch(["Account", "User"], { pk: "account:1" })).User.length, 13);
assert.equal((await User.scan({}, { consistent: true })).length, 13);

const transaction = {};
await Account.create({ id: "2", name: "Other" }, { transaction });
await User.update({ accountId: "1", email: "u10@x.org", age: 99 }, { transaction });
await table.transact("write", transaction);
assert.equal((await User.get({ accountId: "1", email: "u10@x.org" }, { consistent: true })).age, 99);
const batch = {};
await Account.create({ id: "3", name: "Third" }, { batch, exists: null });
await Account.create({ id: "4", name: "Fourth" }, { batch, exists: null });
await table.batchWrite(batch);
const gets = {};
await Account.get({ id: "3" }, { batch: gets });
await Account.get({ id: "4" }, { batch: gets });
assert.deepEqual((await table.batchGet(gets, { parse: true, consistent: true })).map((each) => each.name).sort(), ["Fourth", "Third"]);
await User.remove({ accountId: "1", email: "a@x.org" });
assert.equal(await User.get({ accountId: "1", email: "a@x.org" }, { consistent: true }), undefined);
await table.deleteTable("DeleteTableForever");
console.log("OneTable works");
