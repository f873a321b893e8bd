"""Streams of DynamoDB through boto3. Usage: boto3_streams.py ENDPOINT"""
import sys

import boto3
from botocore.exceptions import ClientError

place = {
    "endpoint_url": sys.argv[1],
    "region_name": "us-east-1",
    "aws_access_key_id": "any",
    "aws_secret_access_key": "thing",
}
dynamodb = boto3.client("dynamodb", **place)
streams = boto3.client("dynamodbstreams", **place)

dynamodb.create_table(
    TableName="boto3-events",
    KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
)
dynamodb.get_waiter("table_exists").wait(TableName="boto3-events")
table = dynamodb.describe_table(TableName="boto3-events")["Table"]
arn = table["LatestStreamArn"]
assert arn.endswith("/stream/" + table["LatestStreamLabel"]), table
assert [each["StreamArn"] for each in streams.list_streams(TableName="boto3-events")["Streams"]] == [arn]

stream = streams.describe_stream(StreamArn=arn)["StreamDescription"]
assert stream["StreamStatus"] == "ENABLED" and stream["TableName"] == "boto3-events", stream
[shard] = stream["Shards"]


def iterator(kind, **more):
    return streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind, **more
    )["ShardIterator"]


latest = iterator("LATEST")
dynamodb.put_item(TableName="boto3-events", Item={"k": {"S": "a"}, "n": {"N": "1"}})
dynamodb.update_item(
    TableName="boto3-events",
    Key={"k": {"S": "a"}},
    UpdateExpression="ADD n :one",
    ExpressionAttributeValues={":one": {"N": "1"}},
)
dynamodb.delete_item(TableName="boto3-events", Key={"k": {"S": "a"}})
page = streams.get_records(ShardIterator=latest)
assert [record["eventName"] for record in page["Records"]] == ["INSERT", "MODIFY", "REMOVE"], page
change = page["Records"][1]["dynamodb"]
assert change["OldImage"]["n"] == {"N": "1"} and change["NewImage"]["n"] == {"N": "2"}, change
assert change["ApproximateCreationDateTime"].year > 2000, change
assert page["NextShardIterator"], page
after = iterator("AFTER_SEQUENCE_NUMBER", SequenceNumber=change["SequenceNumber"])
assert len(streams.get_records(ShardIterator=after, Limit=1)["Records"]) == 1

dynamodb.update_table(TableName="boto3-events", StreamSpecification={"StreamEnabled": False})
dynamodb.get_waiter("table_exists").wait(TableName="boto3-events")
table = dynamodb.describe_table(TableName="boto3-events")["Table"]
assert "StreamSpecification" not in table and table["LatestStreamArn"] == arn, table
page = streams.get_records(ShardIterator=iterator("TRIM_HORIZON"))
while "NextShardIterator" in page:
    page = streams.get_records(ShardIterator=page["NextShardIterator"])
stream = streams.describe_stream(StreamArn=arn)["StreamDescription"]
assert stream["StreamStatus"] == "DISABLED", stream

try:
    streams.describe_stream(StreamArn=arn[:-1] + ("1" if arn[-1] == "0" else "0"))
    raise AssertionError("there is no such stream")
except streams.exceptions.ResourceNotFoundException:
    pass
except ClientError as error:
    assert error.response["Error"]["Code"] == "ValidationException", error
print("boto3 reads streams")
