#!/usr/bin/env bash
# The AWS CLI's commands of the first steps. Usage: aws_cli.sh ENDPOINT
set -euo pipefail
export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=thing AWS_DEFAULT_REGION=us-east-1 AWS_PAGER=

db() { aws dynamodb "$@" --endpoint-url "$endpoint" --output text; }
endpoint="$1"

db create-table --table-name cli-music --billing-mode PAY_PER_REQUEST \
  --attribute-definitions AttributeName=artist,AttributeType=S \
  --key-schema AttributeName=artist,KeyType=HASH > /dev/null
db wait table-exists --table-name cli-music
db put-item --table-name cli-music --item '{"artist":{"S":"No One You Know"},"awards":{"N":"1"}}'
db update-item --table-name cli-music --key '{"artist":{"S":"No One You Know"}}' \
  --update-expression 'ADD awards :a' --expression-attribute-values '{":a":{"N":"2"}}'
awards="$(db get-item --table-name cli-music --consistent-read \
  --key '{"artist":{"S":"No One You Know"}}' --query Item.awards.N)"
[ "$awards" = 3 ] || { echo "awards: $awards" >&2; exit 1; }
items='{"cli-music":[{"PutRequest":{"Item":{"artist":{"S":"A"}}}},{"PutRequest":{"Item":{"artist":{"S":"B"}}}}]}'
left="$(db batch-write-item --request-items "$items" --query 'length(UnprocessedItems)')"
[ "$left" = 0 ] || { echo "unprocessed: $left" >&2; exit 1; }
artists="$(db scan --table-name cli-music --consistent-read --page-size 1 \
  --query 'Items[].artist.S' | sort | paste -s -d ,)"
[ "$artists" = 'A,B,No One You Know' ] || { echo "artists: $artists" >&2; exit 1; }
first="$(db scan --table-name cli-music --consistent-read --max-items 1 --query 'Items[].artist.S' | grep -vc None)"
[ "$first" = 1 ] || { echo "of one item at most: $first" >&2; exit 1; }
refusal="$(db put-item --table-name cli-music --item '{"artist":{"S":"A"}}' \
  --condition-expression 'attribute_not_exists(artist)' 2>&1)" && { echo "the condition held" >&2; exit 1; }
[[ "$refusal" == *ConditionalCheckFailedException* ]] || { echo "$refusal" >&2; exit 1; }
status="$(db describe-table --table-name cli-music --query 'Table.[TableStatus,KeySchema[0].KeyType]')"
[ "$status" = $'ACTIVE\tHASH' ] || { echo "status: $status" >&2; exit 1; }
db delete-table --table-name cli-music > /dev/null
db wait table-not-exists --table-name cli-music
echo "aws cli passed"
