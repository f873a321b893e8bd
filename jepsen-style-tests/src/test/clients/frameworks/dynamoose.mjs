// Dynamoose: models and documents. Usage: node dynamoose.mjs ENDPOINT DIRECTORY_WITH_NODE_MODULES
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.argv[3], "index.js"));
const dynamoose = require("dynamoose");

dynamoose.aws.ddb.set(new dynamoose.aws.ddb.DynamoDB({
  endpoint: process.argv[2],
  region: "us-east-1",
  credentials: { accessKeyId: "any", secretAccessKey: "thing" },
}));
const Cat = dynamoose.model("dynamoose-cats", new dynamoose.Schema({
  house: { type: String, hashKey: true },
  name: { type: String, rangeKey: true },
  age: Number,
  born: Date,
  toys: { type: Set, schema: [String] },
  friends: { type: Array, schema: [String] },
  vet: { type: Object, schema: { city: String, visits: Number } },
}, { timestamps: true }), {
  create: true,
  throughput: "ON_DEMAND",
  waitForActive: { enabled: true, check: { timeout: 30000, frequency: 100 } },
});
await Cat.create({ house: "a", name: "Tom", age: 3, born: new Date(86400000), toys: new Set(["ball"]), friends: ["Kit"], vet: { city: "Bonn", visits: 1 } });
await assert.rejects(Cat.create({ house: "a", name: "Tom" }), { name: "ConditionalCheckFailedException" });
const tom = await Cat.get({ house: "a", name: "Tom" }, { consistent: true });
assert.equal(tom.age, 3);
assert.equal(tom.born.getTime(), 86400000);
assert.deepEqual([...tom.toys], ["ball"]);
const updated = await Cat.update(
  { house: "a", name: "Tom" },
  { $ADD: { age: 2, friends: ["Tim"] }, $SET: { vet: { city: "Berlin", visits: 2 } }, $REMOVE: ["born"] },
  { condition: new dynamoose.Condition().where("age").lt(10).and().where("vet.city").eq("Bonn") },
);
assert.equal(updated.age, 5);
assert.deepEqual(updated.friends, ["Kit", "Tim"]);
assert.equal(updated.born, undefined);
tom.age = 7;
await tom.save();

const kittens = Array.from({ length: 30 }, (_, i) => ({ house: "b", name: `k${100 + i}`, age: i }));
for (let i = 0; i < kittens.length; i += 25) {
  assert.deepEqual((await Cat.batchPut(kittens.slice(i, i + 25))).unprocessedItems, []);
}
assert.equal((await Cat.batchGet(kittens.slice(0, 20).map(({ house, name }) => ({ house, name })))).length, 20);
const young = await Cat.query("house").eq("b").where("name").between("k105", "k120").filter("age").in([5, 6, 7]).consistent().exec();
assert.deepEqual(young.map((each) => each.name), ["k105", "k106", "k107"]);
const first = await Cat.query("house").eq("b").limit(12).sort("descending").attributes(["name"]).exec();
assert.equal(first[0].name, "k129");
const rest = await Cat.query("house").eq("b").limit(100).sort("descending").startAt(first.lastKey).exec();
assert.equal(rest.count, 18);
assert.equal((await Cat.query("house").eq("b").count().exec()).count, 30);
assert.equal((await Cat.scan("age").gt(27).consistent().exec()).length, 2);
assert.equal((await Cat.scan().all().parallel(3).exec()).length, 31);
assert.equal((await Cat.scan("vet.city").exists().exec()).length, 1);

await dynamoose.transaction([
  Cat.transaction.update({ house: "a", name: "Tom" }, { $ADD: { age: 1 } }),
  Cat.transaction.create({ house: "c", name: "New" }),
  Cat.transaction.condition({ house: "b", name: "k100" }, new dynamoose.Condition().where("age").eq(0)),
]);
assert.equal((await Cat.get({ house: "c", name: "New" }, { consistent: true })).name, "New");
await assert.rejects(
  dynamoose.transaction([Cat.transaction.create({ house: "c", name: "New" }), Cat.transaction.delete({ house: "b", name: "k100" })]),
  { name: "TransactionCanceledException" },
);
await Cat.delete({ house: "c", name: "New" });
assert.equal(await Cat.get({ house: "c", name: "New" }, { consistent: true }), undefined);
assert.deepEqual((await Cat.batchDelete(kittens.slice(0, 10).map(({ house, name }) => ({ house, name })))).unprocessedItems, []);
console.log("Dynamoose works");
