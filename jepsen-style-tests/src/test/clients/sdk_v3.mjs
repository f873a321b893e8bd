// The AWS SDK for JavaScript v3. Usage: node sdk_v3.mjs ENDPOINT DIRECTORY_WITH_NODE_MODULES
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.argv[3], "index.js"));
const {
  CreateTableCommand, DeleteTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand, TransactGetItemsCommand,
  TransactWriteItemsCommand, UpdateItemCommand, waitUntilTableExists,
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
const put = (id, more) => ({ Put: { TableName, Item: { id: { S: id } }, ...more } });
const written = await client.send(new TransactWriteItemsCommand({
  TransactItems: [put("2"), put("3")],
  ReturnConsumedCapacity: "TOTAL",
}));
assert.equal(written.ConsumedCapacity[0].WriteCapacityUnits, 4);
await assert.rejects(
  client.send(new TransactWriteItemsCommand({
    TransactItems: [put("4"), put("2", { ConditionExpression: "attribute_not_exists(id)" })],
  })),
  (error) => {
    assert.equal(error.name, "TransactionCanceledException");
    assert.deepEqual(error.CancellationReasons.map((reason) => reason.Code), ["None", "ConditionalCheckFailed"]);
    assert.match(error.message, /\[None, ConditionalCheckFailed\]$/);
    return true;
  },
);
const together = await client.send(new TransactGetItemsCommand({
  TransactItems: ["2", "4"].map((id) => ({ Get: { TableName, Key: { id: { S: id } } } })),
}));
assert.deepEqual(together.Responses.map((response) => response.Item?.id.S), ["2", undefined]);
await client.send(new DeleteTableCommand({ TableName }));
console.log("aws sdk for javascript passed");
