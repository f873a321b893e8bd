package dev.holdfast.jepsen.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** What can be asked about a table and changed of it, through the AWS SDK for Java. */
final class TableOperations {
  private TableOperations() {}

  /** Leaves the table as it was. */
  static void assertTheyWork(DynamoDbClient client, String table) {
    String arn = client.describeTable(r -> r.tableName(table)).table().tableArn();
    Tag tag = Tag.builder().key("team").value("blue").build();
    client.tagResource(r -> r.resourceArn(arn).tags(tag));
    assertThat(client.listTagsOfResource(r -> r.resourceArn(arn)).tags()).containsExactly(tag);
    client.untagResource(r -> r.resourceArn(arn).tagKeys("team"));
    assertThat(client.listTagsOfResource(r -> r.resourceArn(arn)).tags()).isEmpty();

    client.updateTable(r -> r.tableName(table).deletionProtectionEnabled(true));
    assertThatThrownBy(() -> client.deleteTable(r -> r.tableName(table)))
        .isInstanceOf(DynamoDbException.class)
        .hasMessageContaining("protected against deletion");
    client.updateTable(r -> r.tableName(table).deletionProtectionEnabled(false));
    client.updateTable(
        r ->
            r.tableName(table)
                .billingMode(BillingMode.PROVISIONED)
                .provisionedThroughput(t -> t.readCapacityUnits(7L).writeCapacityUnits(3L)));
    TableDescription description = client.describeTable(r -> r.tableName(table)).table();
    assertThat(description.provisionedThroughput().readCapacityUnits()).isEqualTo(7);
    assertThat(description.deletionProtectionEnabled()).isFalse();
    client.updateTable(r -> r.tableName(table).billingMode(BillingMode.PAY_PER_REQUEST));

    assertThat(
            client
                .describeTimeToLive(r -> r.tableName(table))
                .timeToLiveDescription()
                .timeToLiveStatus())
        .isEqualTo(TimeToLiveStatus.DISABLED);
    assertThat(client.describeLimits().tableMaxReadCapacityUnits()).isPositive();
    assertThat(client.describeEndpoints().endpoints()).isNotEmpty();
    assertThat(client.listTables().tableNames()).contains(table);
  }
}
