#!/usr/bin/env python3
"""A session store: sessions that expire, and are deleted by themselves.

    python3 docs/examples/sessions.py http://127.0.0.1:8000

Every use of a session moves its end. What has ended may be read for some seconds more, as in the
service; so a session is looked at before it is trusted.
"""
import sys
import time

import boto3

ENDPOINT = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
LIFE_SECONDS = 3
client = boto3.client(
    "dynamodb",
    endpoint_url=ENDPOINT,
    region_name="us-east-1",
    aws_access_key_id="any",
    aws_secret_access_key="thing",
)


def create():
    client.create_table(
        TableName="sessions",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    client.get_waiter("table_exists").wait(TableName="sessions", WaiterConfig={"Delay": 1})
    client.update_time_to_live(
        TableName="sessions",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"},
    )


def use(session):
    """Begins a session, or makes it last longer."""
    ends = int(time.time()) + LIFE_SECONDS
    client.update_item(
        TableName="sessions",
        Key={"id": {"S": session}},
        UpdateExpression="SET ends = :e ADD uses :one",
        ExpressionAttributeValues={":e": {"N": str(ends)}, ":one": {"N": "1"}},
    )


def uses(session):
    """How often a session was used; None when it has ended."""
    item = client.get_item(
        TableName="sessions", Key={"id": {"S": session}}, ConsistentRead=True
    ).get("Item")
    if item is None or int(item["ends"]["N"]) < time.time():
        return None
    return int(item["uses"]["N"])


def main():
    create()
    use("busy")
    use("idle")
    for _ in range(4):
        time.sleep(LIFE_SECONDS / 2)
        use("busy")
    assert uses("busy") == 5 and uses("idle") is None
    deadline = time.time() + 20
    while "idle" in {
        each["id"]["S"] for each in client.scan(TableName="sessions", ConsistentRead=True)["Items"]
    }:
        assert time.time() < deadline, "the idle session is there still"
        use("busy")
        time.sleep(0.5)
    print("the idle session is gone, the busy one was used", uses("busy"), "times")
    client.delete_table(TableName="sessions")


main()
