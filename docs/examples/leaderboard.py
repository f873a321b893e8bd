#!/usr/bin/env python3
"""A leaderboard: players by their scores in each game, through a global index.

    python3 docs/examples/leaderboard.py http://127.0.0.1:8000

The table is by player and game; the index byScore orders the players of a game by what they have
reached. The table asks for consistent reads of its indexes, so a score that was just written is on
the board at once; without the tag, or without ConsistentRead, it is a moment later.
"""
import random
import sys

import boto3
from boto3.dynamodb.conditions import Key

ENDPOINT = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
dynamodb = boto3.resource(
    "dynamodb",
    endpoint_url=ENDPOINT,
    region_name="us-east-1",
    aws_access_key_id="any",
    aws_secret_access_key="thing",
)


def create():
    table = dynamodb.create_table(
        TableName="scores",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "player", "KeyType": "HASH"},
            {"AttributeName": "game", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "player", "AttributeType": "S"},
            {"AttributeName": "game", "AttributeType": "S"},
            {"AttributeName": "score", "AttributeType": "N"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "byScore",
                "KeySchema": [
                    {"AttributeName": "game", "KeyType": "HASH"},
                    {"AttributeName": "score", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        Tags=[{"Key": "holdfast:consistent-indexes", "Value": "true"}],
    )
    table.wait_until_exists()
    return table


def record(table, player, game, score):
    """Keeps the best score of a player."""
    try:
        table.update_item(
            Key={"player": player, "game": game},
            UpdateExpression="SET score = :s",
            ConditionExpression="attribute_not_exists(score) OR score < :s",
            ExpressionAttributeValues={":s": score},
        )
    except dynamodb.meta.client.exceptions.ConditionalCheckFailedException:
        pass  # there is a better one


def best(table, game, count):
    return table.query(
        IndexName="byScore",
        KeyConditionExpression=Key("game").eq(game),
        ScanIndexForward=False,
        Limit=count,
        ConsistentRead=True,
    )["Items"]


def main():
    table = create()
    scores = {}
    for _ in range(200):
        player, score = "player-%d" % random.randrange(30), random.randrange(1000)
        record(table, player, "chess", score)
        scores[player] = max(score, scores.get(player, 0))
        assert int(best(table, "chess", 1)[0]["score"]) == max(scores.values())
    board = best(table, "chess", 5)
    assert [int(each["score"]) for each in board] == sorted(scores.values(), reverse=True)[:5]
    for place, each in enumerate(board, 1):
        print(place, each["player"], each["score"])
    table.delete()


main()
