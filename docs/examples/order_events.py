#!/usr/bin/env python3
"""Order events: what happens to orders, followed by their stream.

    python3 docs/examples/order_events.py http://127.0.0.1:8000

The reader follows every shard from its beginning, and a child only after its parent: so it sees the
events of an order in their order, also while partitions split.
"""
import sys

import boto3

ENDPOINT = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
OPTIONS = dict(
    endpoint_url=ENDPOINT,
    region_name="us-east-1",
    aws_access_key_id="any",
    aws_secret_access_key="thing",
)
client = boto3.client("dynamodb", **OPTIONS)
streams = boto3.client("dynamodbstreams", **OPTIONS)
STATES = ["NEW", "PAID", "PACKED", "SENT"]


def create():
    created = client.create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    client.get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 1})
    return created["TableDescription"]["LatestStreamArn"]


class Reader:
    """Reads a stream from its beginning; keeps its place in memory."""

    def __init__(self, arn):
        self.arn = arn
        self.iterators = {}
        self.ended = set()

    def _discover(self):
        shards, last = {}, {}
        while True:
            page = streams.describe_stream(StreamArn=self.arn, **last)["StreamDescription"]
            shards.update((shard["ShardId"], shard) for shard in page["Shards"])
            if "LastEvaluatedShardId" not in page:
                break
            last = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}
        for name, shard in shards.items():
            parent = shard.get("ParentShardId")
            is_free = parent is None or parent not in shards or parent in self.ended
            if is_free and name not in self.ended and name not in self.iterators:
                self.iterators[name] = streams.get_shard_iterator(
                    StreamArn=self.arn, ShardId=name, ShardIteratorType="TRIM_HORIZON"
                )["ShardIterator"]

    def poll(self):
        self._discover()
        records = []
        for name, iterator in list(self.iterators.items()):
            page = streams.get_records(ShardIterator=iterator)
            records += page["Records"]
            if "NextShardIterator" in page:
                self.iterators[name] = page["NextShardIterator"]
            else:
                del self.iterators[name]
                self.ended.add(name)
        return records


def main():
    arn = create()
    for state in STATES:
        for number in range(20):
            client.put_item(
                TableName="orders",
                Item={"id": {"S": "order-%d" % number}, "state": {"S": state}},
            )
    seen = {}
    reader = Reader(arn)
    while sum(map(len, seen.values())) < 20 * len(STATES):
        for record in reader.poll():
            change = record["dynamodb"]
            order, state = change["Keys"]["id"]["S"], change["NewImage"]["state"]["S"]
            assert change.get("OldImage", {}).get("state", {}).get("S") == (
                seen.get(order, [None])[-1]
            ), "an event is missing"
            seen.setdefault(order, []).append(state)
    assert all(states == STATES for states in seen.values())
    print(len(seen), "orders, each", " -> ".join(STATES))
    client.delete_table(TableName="orders")


main()
