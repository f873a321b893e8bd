// The AWS SDK for JavaScript v3. Usage: node sdk_v3.mjs ENDPOINT DIRECTORY_WITH_NODE_MODULES
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.argv[3], "index.js"));
const {
  CreateTableCommand, DeleteTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand,
  waitUntilTableExists,
} = require("@aws-sdk/client-dynamodb");

const client = new DynamoDBClient({
  endpoint: process.argv[2],
  region: "us-east-1",
  credentials: { accessKeyId: "any", secretAccessKey: "thing" },
});
const TableName = "js-things";
await client.send(new CreateTableCommand({
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
}));
await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName });
const Item = { id: { S: "1" }, bytes: { B: new Uint8Array([0, 1, 255]) }, tags: { SS: ["a", "b"] } };
await client.send(new PutItemCommand({ TableName, Item }));
const Key = { id: { S: "1" } };
const found = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
assert.deepEqual(found.Item, Item);
await assert.rejects(
  client.send(new UpdateItemCommand({
    TableName,
    Key,
    UpdateExpression: "SET n = :n",
    ConditionExpression: "attribute_exists(n)",
    ExpressionAttributeValues: { ":n": { N: "1" } },
  })),
  { name: "ConditionalCheckFailedException" },
);
await client.send(new DeleteTableCommand({ TableName }));
console.log("aws sdk for javascript passed");
