package dev.holdfast.jepsen.store;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** The AWS SDK for Java, pointed at a node. */
public final class AwsSdk {
  private AwsSdk() {}

  public static DynamoDbClient client(URI endpoint) {
    return client(endpoint, UrlConnectionHttpClient.create());
  }

  /** One that believes to talk to this endpoint only, whatever its connections do. */
  public static DynamoDbClient client(URI endpoint, SdkHttpClient http) {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "thing")))
        .httpClient(http)
        .build();
  }

  /** The same for streams. */
  static DynamoDbStreamsClient streams(URI endpoint, SdkHttpClient http) {
    return DynamoDbStreamsClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "thing")))
        .httpClient(http)
        .build();
  }

  /** Creates a table with the key {@code k}, a string, and waits until it exists. */
  public static void createTable(DynamoDbClient client, String table) {
    client.createTable(r -> describe(r, table));
    client.waiter().waitUntilTableExists(r -> r.tableName(table));
  }

  /** A table with the key {@code k}, a string. */
  public static CreateTableRequest.Builder describe(
      CreateTableRequest.Builder request, String table) {
    return request
        .tableName(table)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .attributeDefinitions(
            AttributeDefinition.builder()
                .attributeName("k")
                .attributeType(ScalarAttributeType.S)
                .build())
        .keySchema(KeySchemaElement.builder().attributeName("k").keyType(KeyType.HASH).build());
  }
}
