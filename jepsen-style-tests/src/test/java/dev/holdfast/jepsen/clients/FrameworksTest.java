package dev.holdfast.jepsen.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.amazonaws.services.dynamodbv2.AcquireLockOptions;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDBLockClient;
import com.amazonaws.services.dynamodbv2.AmazonDynamoDBLockClientOptions;
import com.amazonaws.services.dynamodbv2.CreateDynamoDBTableOptions;
import com.amazonaws.services.dynamodbv2.LockItem;
import com.amazonaws.services.dynamodbv2.model.LockCurrentlyUnavailableException;
import dev.holdfast.jepsen.cluster.LocalCluster;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;

/** Frameworks that people use on top of the AWS SDKs run against a node as they are. */
class FrameworksTest {
  private static final String LOCKS = "locks";

  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(1, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @CsvSource({
    "electrodb, electrodb.mjs",
    "dynamodb-toolbox, dynamodb_toolbox.mjs",
    "dynamodb-onetable, onetable.mjs",
    "dynamoose, dynamoose.mjs"
  })
  void aFrameworkOfNodeJsWorks(String name, String script)
      throws IOException, InterruptedException {
    ClientScripts.require(name, ClientScripts.hasNodePackage(name));
    ClientScripts.run(
        "node",
        ClientScripts.SCRIPTS.resolve("frameworks").resolve(script).toString(),
        cluster.endpoint(0).toString(),
        ClientScripts.NODE_MODULES.toString());
  }

  /** One process has the lock, another waits until it is given back or has run out. */
  @Test
  void theAmazonDynamoDbLockClientWorks() throws Exception {
    try (DynamoDbClient sdk = sdk()) {
      AmazonDynamoDBLockClient.createLockTableInDynamoDB(
          CreateDynamoDBTableOptions.builder(
                  sdk,
                  ProvisionedThroughput.builder()
                      .readCapacityUnits(5L)
                      .writeCapacityUnits(5L)
                      .build(),
                  LOCKS)
              .build());
      sdk.waiter().waitUntilTableExists(request -> request.tableName(LOCKS));
      try (AmazonDynamoDBLockClient first = locks(sdk, "first");
          AmazonDynamoDBLockClient second = locks(sdk, "second")) {
        LockItem held = first.acquireLock(AcquireLockOptions.builder("job").build());
        assertThatExceptionOfType(LockCurrentlyUnavailableException.class)
            .isThrownBy(
                () ->
                    second.acquireLock(
                        AcquireLockOptions.builder("job")
                            .withShouldSkipBlockingWait(true)
                            .build()));
        held.sendHeartBeat();
        boolean released = first.releaseLock(held);
        LockItem taken = second.acquireLock(AcquireLockOptions.builder("job").build());

        assertThat(released).isTrue();
        assertThat(taken.getOwnerName()).isEqualTo("second");
        assertThat(first.releaseLock(held)).as("what is another's by now").isFalse();
      }
    }
  }

  private static DynamoDbClient sdk() {
    return DynamoDbClient.builder()
        .endpointOverride(cluster.endpoint(0))
        .region(Region.US_EAST_1)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "thing")))
        .build();
  }

  private static AmazonDynamoDBLockClient locks(DynamoDbClient sdk, String owner) {
    return new AmazonDynamoDBLockClient(
        AmazonDynamoDBLockClientOptions.builder(sdk, LOCKS)
            .withOwnerName(owner)
            .withTimeUnit(TimeUnit.SECONDS)
            .withLeaseDuration(10L)
            .withHeartbeatPeriod(2L)
            .withCreateHeartbeatBackgroundThread(false)
            .build());
  }
}
