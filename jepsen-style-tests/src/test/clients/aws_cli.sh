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
db delete-table --table-name cli-music > /dev/null
db wait table-not-exists --table-name cli-music
echo "aws cli passed"
