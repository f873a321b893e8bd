"""Counts until its input ends. Usage: boto3_counter.py TABLE KEY ENDPOINT...

All retries are botocore's own, with one invocation id for all attempts of a call. A call that fails
after them is in doubt; the next one goes to the next endpoint. Prints what it was told.
"""
import sys
import threading
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

table, key, endpoints = sys.argv[1], sys.argv[2], sys.argv[3:]
ended = threading.Event()


def await_end_of_input():
    sys.stdin.read()
    ended.set()


threading.Thread(target=await_end_of_input, daemon=True).start()
clients = [
    boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="thing",
        config=Config(
            retries={"mode": "standard", "max_attempts": 6}, connect_timeout=1, read_timeout=2
        ),
    )
    for endpoint in endpoints
]
acknowledged = indeterminate = retried = 0
node = 0
while not ended.is_set():
    try:
        answer = clients[node].update_item(
            TableName=table,
            Key={"k": {"S": key}},
            UpdateExpression="ADD v :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
        acknowledged += 1
        retried += answer["ResponseMetadata"]["RetryAttempts"]
    except (BotoCoreError, ClientError) as error:
        print("in doubt:", error, file=sys.stderr)
        indeterminate += 1
        node = (node + 1) % len(clients)
    time.sleep(0.005)
print(f"acknowledged={acknowledged} indeterminate={indeterminate} retried={retried}")
