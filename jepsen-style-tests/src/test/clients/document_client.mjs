// The document client of the AWS SDK for JavaScript v3. Usage: node document_client.mjs ENDPOINT DIRECTORY_WITH_NODE_MODULES
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.argv[3], "index.js"));
const { CreateTableCommand, DeleteTableCommand, DynamoDBClient, waitUntilTableExists, waitUntilTableNotExists } =
  require("@aws-sdk/client-dynamodb");
const {
  BatchGetCommand, BatchWriteCommand, DeleteCommand, DynamoDBDocumentClient, GetCommand, NumberValue, PutCommand,
  QueryCommand, TransactGetCommand, TransactWriteCommand, UpdateCommand, paginateQuery, paginateScan,
} = require("@aws-sdk/lib-dynamodb");

const config = {
  endpoint: process.argv[2],
  region: "us-east-1",
  credentials: { accessKeyId: "any", secretAccessKey: "thing" },
};
const client = new DynamoDBClient(config);
const documents = DynamoDBDocumentClient.from(client, {
  marshallOptions: { removeUndefinedValues: true, convertClassInstanceToMap: true, convertEmptyValues: false },
});
// of a client of its own: what is configured last counts for all of one
const exact = DynamoDBDocumentClient.from(new DynamoDBClient(config), {
  unmarshallOptions: { wrapNumbers: (text) => `#${text}` },
});
const TableName = "js-documents";
await client.send(new CreateTableCommand({
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }, { AttributeName: "n", AttributeType: "N" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }, { AttributeName: "n", KeyType: "RANGE" }],
}));
await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName });

class Place {
  constructor() {
    this.city = "Hania";
  }
}
const Item = {
  id: "all", n: 1, text: "é😀", empty: "", truth: true, nothing: null, list: [1, "two", [3]], map: { deep: { er: 1.5 } },
  bytes: new Uint8Array([0, 255]), words: new Set(["a", "b"]), numbers: new Set([1, 2.5]),
};
await documents.send(new PutCommand({ TableName, Item: { ...Item, gone: undefined, place: new Place() } }));
const Key = { id: "all", n: 1 };
const found = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
assert.deepEqual(found.Item, { ...Item, place: { city: "Hania" } });

const huge = "12345678901234567890123456789012345678";
const updated = await exact.send(new UpdateCommand({
  TableName,
  Key,
  UpdateExpression: "SET huge = :l, #m.deep.er = #m.deep.er + :one REMOVE nothing ADD words :w",
  ExpressionAttributeNames: { "#m": "map" },
  ExpressionAttributeValues: { ":l": NumberValue.from(huge), ":one": 1, ":w": new Set(["c"]) },
  ReturnValues: "UPDATED_NEW",
}));
assert.equal(updated.Attributes.huge, `#${huge}`);
assert.equal(updated.Attributes.map.deep.er, "#2.5");
assert.deepEqual(updated.Attributes.words, new Set(["a", "b", "c"]));

await assert.rejects(
  documents.send(new DeleteCommand({
    TableName,
    Key,
    ConditionExpression: "size(words) < :s",
    ExpressionAttributeValues: { ":s": 3 },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  })),
  (error) => error.name === "ConditionalCheckFailedException" && error.Item.id.S === "all",
);

const requests = [...Array(25).keys()].map((n) => ({ PutRequest: { Item: { id: "many", n, even: n % 2 === 0 } } }));
const written = await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
assert.deepEqual(written.UnprocessedItems, {});
const Keys = [3, 4, 99].map((n) => ({ id: "many", n }));
const batch = await documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }));
assert.deepEqual(batch.Responses[TableName].map((item) => item.n).sort(), [3, 4]);

const numbers = [];
const query = {
  TableName, ConsistentRead: true, ScanIndexForward: false, KeyConditionExpression: "id = :i AND n BETWEEN :a AND :b",
  ExpressionAttributeValues: { ":i": "many", ":a": 5, ":b": 14 },
};
for await (const page of paginateQuery({ client: documents, pageSize: 3 }, { ...query })) {
  numbers.push(...page.Items.map((item) => item.n));
}
assert.deepEqual(numbers, [14, 13, 12, 11, 10, 9, 8, 7, 6, 5]);
let even = 0;
const scan = {
  TableName, ConsistentRead: true, FilterExpression: "even = :t", ExpressionAttributeValues: { ":t": true },
};
for await (const page of paginateScan({ client: documents, pageSize: 4 }, scan)) {
  even += page.Count;
}
assert.equal(even, 13);
const counted = await documents.send(new QueryCommand({ ...query, Select: "COUNT" }));
assert.equal(counted.Count, 10);

await documents.send(new TransactWriteCommand({
  TransactItems: [
    { Put: { TableName, Item: { id: "together", n: 1 } } },
    { Update: { TableName, Key, UpdateExpression: "SET done = :t", ExpressionAttributeValues: { ":t": true } } },
  ],
}));
const together = await documents.send(new TransactGetCommand({
  TransactItems: [{ Get: { TableName, Key: { id: "together", n: 1 } } }, { Get: { TableName, Key } }],
}));
assert.deepEqual(together.Responses.map((response) => response.Item.id), ["together", "all"]);
assert.equal(together.Responses[1].Item.done, true);

await client.send(new DeleteTableCommand({ TableName }));
await waitUntilTableNotExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName });
console.log("document client passed");
