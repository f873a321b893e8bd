"""boto3's resource layer: conditions as objects, batches, pages, waiters. Usage: boto3_resource.py ENDPOINT"""
import decimal
import sys

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.config import Config
from botocore.exceptions import ClientError

arguments = {
    "endpoint_url": sys.argv[1],
    "region_name": "us-east-1",
    "aws_access_key_id": "any",
    "aws_secret_access_key": "thing",
}
dynamodb = boto3.resource("dynamodb", **arguments)
table = dynamodb.create_table(
    TableName="boto3-things",
    KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
    AttributeDefinitions=[
        {"AttributeName": "k", "AttributeType": "S"},
        {"AttributeName": "n", "AttributeType": "N"},
        {"AttributeName": "title", "AttributeType": "S"},
    ],
    LocalSecondaryIndexes=[
        {
            "IndexName": "by-title",
            "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "title", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["tags"]},
        }
    ],
    BillingMode="PAY_PER_REQUEST",
)
table.wait_until_exists()
table.reload()
assert table.table_status == "ACTIVE" and table.key_schema[0]["AttributeName"] == "k", table.key_schema

items = [
    {"k": "a", "n": n, "title": f"t{9 - n}", "size": decimal.Decimal(n) / 4, "tags": {"x", str(n)}, "m": {"l": [n]}}
    for n in range(10)
]
items[3]["binary"] = Binary(b"\x00\xff")
items[4]["nothing"] = None
with table.batch_writer(overwrite_by_pkeys=["k", "n"]) as batch:
    for item in items + items[:3]:  # a batch may not hold a key twice
        batch.put_item(Item=item)
    batch.delete_item(Key={"k": "a", "n": 99})


def numbers(response):
    return [int(item["n"]) for item in response["Items"]]


for condition, expected in [
    (Key("n").eq(3), [3]),
    (Key("n").lt(2), [0, 1]),
    (Key("n").lte(2), [0, 1, 2]),
    (Key("n").gt(7), [8, 9]),
    (Key("n").gte(7), [7, 8, 9]),
    (Key("n").between(4, 6), [4, 5, 6]),
]:
    found = table.query(KeyConditionExpression=Key("k").eq("a") & condition, ConsistentRead=True)
    assert numbers(found) == expected, (expected, found)
found = table.query(
    IndexName="by-title", KeyConditionExpression=Key("k").eq("a") & Key("title").begins_with("t"), ConsistentRead=True
)
assert numbers(found) == list(range(9, -1, -1)), found
assert set(found["Items"][0]) == {"k", "n", "title", "tags"}, found

for condition, expected in [
    (Attr("title").eq("t5"), [4]),
    (Attr("n").ne(0) & Attr("n").lt(3), [1, 2]),
    (Attr("size").gte(2) | Attr("size").lte(decimal.Decimal("0.25")), [0, 1, 8, 9]),
    (~Attr("n").gt(1), [0, 1]),
    (Attr("tags").contains("7"), [7]),
    (Attr("title").begins_with("t0"), [9]),
    (Attr("title").is_in(["t1", "t2", "none"]), [7, 8]),
    (Attr("binary").exists(), [3]),
    (Attr("nothing").exists() & Attr("nothing").attribute_type("NULL"), [4]),
    (Attr("binary").not_exists() & Attr("n").between(2, 4), [2, 4]),
    (Attr("title").size().eq(2) & Attr("m.l[0]").eq(6), [6]),
]:
    found = table.scan(FilterExpression=condition, ConsistentRead=True)
    assert sorted(numbers(found)) == expected, (expected, found)

updated = table.update_item(
    Key={"k": "a", "n": 3},
    UpdateExpression="SET m.l = list_append(m.l, :l), #s = if_not_exists(absent, :z) REMOVE title DELETE tags :t",
    ConditionExpression=Attr("binary").eq(Binary(b"\x00\xff")) & Attr("tags").contains("x"),
    ExpressionAttributeNames={"#s": "size"},
    ExpressionAttributeValues={":l": ["new"], ":z": 0, ":t": {"x"}},
    ReturnValues="ALL_NEW",
)["Attributes"]
assert updated["m"]["l"] == [3, "new"] and updated["tags"] == {"3"} and "title" not in updated, updated

pages = list(
    dynamodb.meta.client.get_paginator("scan").paginate(
        TableName="boto3-things", ConsistentRead=True, PaginationConfig={"PageSize": 3}
    )
)
assert sum(len(page["Items"]) for page in pages) == 10 and len(pages) >= 4, pages
names = [
    name
    for page in dynamodb.meta.client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 1})
    for name in page["TableNames"]
]
assert "boto3-things" in names, names
read = dynamodb.batch_get_item(
    RequestItems={"boto3-things": {"Keys": [{"k": "a", "n": n} for n in (1, 2, 77)], "ConsistentRead": True}}
)
assert sorted(int(item["n"]) for item in read["Responses"]["boto3-things"]) == [1, 2], read

# what the service says of an SDK whose requests are compressed, and answers that are
packed = boto3.client("dynamodb", config=Config(request_min_compression_size_bytes=1), **arguments)
for operation in packed.meta.service_model._service_description["operations"].values():
    operation["requestcompression"] = {"encodings": ["gzip"]}
seen = []
packed.meta.events.register("before-send.dynamodb", lambda request, **_: seen.append(dict(request.headers)))
packed.put_item(TableName="boto3-things", Item={"k": {"S": "packed"}, "n": {"N": "1"}, "v": {"S": "x" * 20000}})
assert seen[0]["Content-Encoding"] in ("gzip", b"gzip"), seen
assert len(table.get_item(Key={"k": "packed", "n": 1}, ConsistentRead=True)["Item"]["v"]) == 20000

try:
    table.delete_item(Key={"k": "a", "n": 1}, ConditionExpression=Attr("title").ne("t8"))
    raise AssertionError("the condition held")
except dynamodb.meta.client.exceptions.ConditionalCheckFailedException as error:
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error.response
try:
    dynamodb.Table("boto3-nowhere").load()
    raise AssertionError("there is such a table")
except ClientError as error:
    assert error.response["Error"]["Code"] == "ResourceNotFoundException", error
table.delete()
table.wait_until_not_exists()
print("boto3 resources passed")
