"""The two snippets of every tutorial, and some more, through boto3. Usage: boto3_client.py ENDPOINT"""
import decimal
import sys
import time

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

dynamodb = boto3.resource(
    "dynamodb",
    endpoint_url=sys.argv[1],
    region_name="us-east-1",
    aws_access_key_id="any",
    aws_secret_access_key="thing",
)
begun = time.monotonic()
table = dynamodb.create_table(
    TableName="boto3-movies",
    KeySchema=[
        {"AttributeName": "year", "KeyType": "HASH"},
        {"AttributeName": "title", "KeyType": "RANGE"},
    ],
    AttributeDefinitions=[
        {"AttributeName": "year", "AttributeType": "N"},
        {"AttributeName": "title", "AttributeType": "S"},
    ],
    BillingMode="PAY_PER_REQUEST",
)
table.wait_until_exists()
# the waiter looks at once and then every 20 s: its first look must find the table ready
assert time.monotonic() - begun < 15, time.monotonic() - begun
table.put_item(Item={"year": 2015, "title": "The Big New Movie", "info": {"rating": decimal.Decimal("7.5")}})
item = table.get_item(Key={"year": 2015, "title": "The Big New Movie"}, ConsistentRead=True)["Item"]
assert item["info"]["rating"] == decimal.Decimal("7.5"), item

with table.batch_writer() as batch:
    for number in range(60):
        batch.put_item(Item={"year": 2016, "title": f"Movie {number:03}", "n": number})
titles = []
pages = table.meta.client.get_paginator("query").paginate(
    TableName="boto3-movies",
    KeyConditionExpression=Key("year").eq(2016) & Key("title").begins_with("Movie"),
    ConsistentRead=True,
    PaginationConfig={"PageSize": 7},
)
for page in pages:
    titles += [movie["title"] for movie in page["Items"]]
assert titles == [f"Movie {number:03}" for number in range(60)], titles
found = table.scan(FilterExpression=Attr("n").between(10, 19), ConsistentRead=True)
assert found["Count"] == 10, found

try:
    table.put_item(
        Item={"year": 2015, "title": "The Big New Movie"},
        ConditionExpression=Attr("title").not_exists(),
    )
    raise AssertionError("the condition held")
except ClientError as error:
    assert error.response["Error"]["Code"] == "ConditionalCheckFailedException", error

# every increment is applied once, whatever botocore retries
for _ in range(50):
    table.update_item(
        Key={"year": 2015, "title": "The Big New Movie"},
        UpdateExpression="ADD seen :one",
        ExpressionAttributeValues={":one": 1},
    )
item = table.get_item(Key={"year": 2015, "title": "The Big New Movie"}, ConsistentRead=True)["Item"]
assert item["seen"] == 50, item
# transactions: all or nothing, a reason for each action, and a token that counts once
transactions = table.meta.client


def action(kind, title, **more):
    key = {"year": 2017, "title": title}
    return {kind: {"TableName": "boto3-movies", "Item" if kind == "Put" else "Key": key, **more}}


absent = {"ConditionExpression": "attribute_not_exists(title)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
seen = action(
    "Update", "B", UpdateExpression="ADD seen :one", ExpressionAttributeValues={":one": 1}
)
for _ in range(2):
    transactions.transact_write_items(
        TransactItems=[action("Put", "A"), seen], ClientRequestToken="boto3-token"
    )
both = transactions.transact_get_items(TransactItems=[action("Get", title) for title in ("A", "none", "B")])
assert [answer.get("Item", {}).get("seen", 0) for answer in both["Responses"]] == [0, 0, 1], both
try:
    transactions.transact_write_items(TransactItems=[seen, action("Put", "A", **absent)])
    raise AssertionError("the condition held")
except transactions.exceptions.TransactionCanceledException as error:
    reasons = error.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"], reasons
    assert reasons[1]["Item"]["title"] == {"S": "A"}, reasons
    assert "[None, ConditionalCheckFailed]" in error.response["Error"]["Message"], error.response
try:
    transactions.transact_write_items(
        TransactItems=[action("Put", "C")], ClientRequestToken="boto3-token"
    )
    raise AssertionError("the token was taken twice")
except transactions.exceptions.IdempotentParameterMismatchException:
    pass

# what Terraform reads of every table, and what can be set of one and read back
client, named = table.meta.client, {"TableName": "boto3-movies"}
described = client.describe_table(**named)["Table"]
assert described["TableStatus"] == "ACTIVE", described
assert described["WarmThroughput"]["Status"] == "ACTIVE", described
arn = described["TableArn"]
backups = client.describe_continuous_backups(**named)["ContinuousBackupsDescription"]
assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED", backups
assert client.describe_time_to_live(**named)["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"
assert client.describe_contributor_insights(**named)["ContributorInsightsStatus"] == "DISABLED"
assert client.describe_kinesis_streaming_destination(**named)["KinesisDataStreamDestinations"] == []
assert client.list_backups(**named)["BackupSummaries"] == []
client.tag_resource(ResourceArn=arn, Tags=[{"Key": "env", "Value": "test"}])
assert client.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "env", "Value": "test"}]

client.update_table(OnDemandThroughput={"MaxReadRequestUnits": 10}, **named)
client.update_table(TableClass="STANDARD_INFREQUENT_ACCESS", **named)
described = client.describe_table(**named)["Table"]
assert described["OnDemandThroughput"] == {"MaxReadRequestUnits": 10}, described
assert described["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS", described
assert described["TableClassSummary"]["LastUpdateDateTime"] >= described["CreationDateTime"], described
units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
client.update_table(BillingMode="PROVISIONED", ProvisionedThroughput=units, **named)
client.update_table(ProvisionedThroughput={**units, "ReadCapacityUnits": 3}, **named)
table.wait_until_exists()
described = client.describe_table(**named)["Table"]
assert described["BillingModeSummary"]["BillingMode"] == "PROVISIONED", described
assert described["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"], described
assert described["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1, described
assert described["ProvisionedThroughput"]["LastDecreaseDateTime"], described

policy = (
    '{"Version":"2012-10-17","Statement":[{"Sid":"reads","Effect":"Allow","Principal":{"AWS":'
    '"arn:aws:iam::000000000000:root"},"Action":"dynamodb:GetItem","Resource":"*"}]}'
)
revision = client.put_resource_policy(ResourceArn=arn, Policy=policy)["RevisionId"]
got = client.get_resource_policy(ResourceArn=arn)
assert (got["Policy"], got["RevisionId"]) == (policy, revision), got
client.delete_resource_policy(ResourceArn=arn, ExpectedRevisionId=revision)
try:
    client.get_resource_policy(ResourceArn=arn)
    raise AssertionError("the policy is still there")
except client.exceptions.PolicyNotFoundException:
    pass

begun = time.monotonic()
table.delete()
table.wait_until_not_exists()
assert time.monotonic() - begun < 15, time.monotonic() - begun
print("boto3", boto3.__version__, "passed")
