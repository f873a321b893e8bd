// DynamoDB-Toolbox v2: typed entities of one table. Usage: node dynamodb_toolbox.mjs ENDPOINT DIRECTORY_WITH_NODE_MODULES
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.argv[3], "index.js"));
const { CreateTableCommand, DynamoDBClient, waitUntilTableExists } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient } = require("@aws-sdk/lib-dynamodb");
const toolbox = require("dynamodb-toolbox");
const {
  $add, $append, $remove, $set, BatchGetCommand, BatchGetRequest, BatchPutRequest, BatchWriteCommand, ConditionCheck,
  DeleteItemCommand, Entity, GetItemCommand, GetTransaction, PutItemCommand, PutTransaction, QueryCommand, ScanCommand,
  Table, UpdateItemCommand, UpdateTransaction, any, boolean, executeBatchGet, executeBatchWrite, executeTransactGet,
  executeTransactWrite, item, list, map, number, record, set, string,
} = toolbox;

const client = new DynamoDBClient({
  endpoint: process.argv[2],
  region: "us-east-1",
  credentials: { accessKeyId: "any", secretAccessKey: "thing" },
});
const name = "toolbox-things";
await client.send(new CreateTableCommand({
  TableName: name,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }, { AttributeName: "sk", AttributeType: "N" }],
  KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
}));
await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: name });

const documentClient = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
const table = new Table({ documentClient, name, partitionKey: { name: "pk", type: "string" }, sortKey: { name: "sk", type: "number" } });
const pokemon = new Entity({
  name: "pokemon",
  table,
  schema: item({
    kind: string().key().savedAs("pk"),
    id: number().key().savedAs("sk"),
    level: number().default(1),
    types: set(string()).optional(),
    moves: list(string()).optional(),
    trainer: map({ name: string(), badges: number().optional() }).optional(),
    extra: record(string(), any()).optional(),
    wild: boolean().optional(),
  }),
});
const key = { kind: "water", id: 7 };
await pokemon.build(PutItemCommand).item({ ...key, types: new Set(["water"]), moves: ["splash"], trainer: { name: "Misty" } }).send();
await assert.rejects(
  pokemon.build(PutItemCommand).item({ ...key }).options({ condition: { attr: "kind", exists: false } }).send(),
  { name: "ConditionalCheckFailedException" },
);
const updated = await pokemon.build(UpdateItemCommand)
  .item({
    ...key, level: $add(4), types: $add(new Set(["cute"])), moves: $append(["surf"]), trainer: { badges: 3 }, wild: $remove(),
    extra: $set({ seen: [1, { deep: true }] }),
  })
  .options({ condition: { and: [{ attr: "level", lte: 5 }, { attr: "trainer.name", beginsWith: "M" }] }, returnValues: "ALL_NEW" })
  .send();
assert.equal(updated.Attributes.level, 5);
assert.deepEqual([...updated.Attributes.types].sort(), ["cute", "water"]);
assert.deepEqual(updated.Attributes.moves, ["splash", "surf"]);
const { Item } = await pokemon.build(GetItemCommand).key(key).options({ consistent: true, attributes: ["level", "trainer.badges"] }).send();
assert.deepEqual(Item, { level: 5, trainer: { badges: 3 } });

const ids = Array.from({ length: 20 }, (_, i) => i + 100);
await executeBatchWrite(table.build(BatchWriteCommand).requests(
  ...ids.map((id) => pokemon.build(BatchPutRequest).item({ kind: "fire", id, level: id % 10 })),
));
const { Responses } = await executeBatchGet(table.build(BatchGetCommand).requests(
  ...ids.map((id) => pokemon.build(BatchGetRequest).key({ kind: "fire", id })),
).options({ consistent: true }));
assert.equal(Responses[0].length, 20);
const { Items, LastEvaluatedKey } = await table.build(QueryCommand)
  .query({ partition: "fire", range: { between: [105, 115] } })
  .entities(pokemon)
  .options({ reverse: true, limit: 5, consistent: true, filters: { pokemon: { attr: "level", gte: 2 } } })
  .send();
assert.deepEqual(Items.map((each) => each.id), [115, 114, 113, 112]);
assert.deepEqual(LastEvaluatedKey, { pk: "fire", sk: 111 });
const scanned = await table.build(ScanCommand).entities(pokemon).options({ segment: 0, totalSegments: 1, maxPages: Infinity }).send();
assert.equal(scanned.Items.length, 21);

await executeTransactWrite(
  { clientRequestToken: "toolbox-1" },
  pokemon.build(UpdateTransaction).item({ ...key, level: $add(1) }),
  pokemon.build(PutTransaction).item({ kind: "grass", id: 1 }).options({ condition: { attr: "kind", exists: false } }),
  pokemon.build(ConditionCheck).key({ kind: "fire", id: 100 }).condition({ attr: "level", eq: 0 }),
);
const got = await executeTransactGet(
  pokemon.build(GetTransaction).key(key), pokemon.build(GetTransaction).key({ kind: "grass", id: 1 }),
);
assert.deepEqual(got.Responses.map((each) => each.Item.level), [6, 1]);
await pokemon.build(DeleteItemCommand).key(key).options({ condition: { attr: "level", eq: 6 } }).send();
assert.equal((await pokemon.build(GetItemCommand).key(key).options({ consistent: true }).send()).Item, undefined);
console.log("DynamoDB-Toolbox works");
