package dev.holdfast.jepsen.clients;

import dev.holdfast.jepsen.cluster.LocalCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients of other languages, by the scripts in src/test/clients. */
class ForeignClientsTest {
  @SuppressWarnings("NullAway.Init")
  private static LocalCluster cluster;

  @BeforeAll
  static void start() {
    cluster = LocalCluster.start(3, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void boto3Works() throws Exception {
    ClientScripts.require("boto3", ClientScripts.succeeds("python3", "-c", "import boto3"));
    ClientScripts.run(
        "python3", ClientScripts.SCRIPTS.resolve("boto3_client.py").toString(), endpoint(0));
  }

  @Test
  void boto3ResourcesWork() throws Exception {
    ClientScripts.require("boto3", ClientScripts.succeeds("python3", "-c", "import boto3"));
    ClientScripts.run(
        "python3", ClientScripts.SCRIPTS.resolve("boto3_resource.py").toString(), endpoint(2));
  }

  @Test
  void theAwsCliWorks() throws Exception {
    ClientScripts.require("the AWS CLI", ClientScripts.succeeds("aws", "--version"));
    ClientScripts.run("bash", ClientScripts.SCRIPTS.resolve("aws_cli.sh").toString(), endpoint(1));
  }

  @Test
  void theAwsSdkForJavaScriptWorks() throws Exception {
    ClientScripts.require(
        "the AWS SDK for JavaScript", ClientScripts.hasNodePackage("@aws-sdk/client-dynamodb"));
    String script = ClientScripts.SCRIPTS.resolve("sdk_v3.mjs").toString();
    ClientScripts.run("node", script, endpoint(2), ClientScripts.NODE_MODULES.toString());
  }

  @Test
  void theDocumentClientForJavaScriptWorks() throws Exception {
    ClientScripts.require(
        "the document client for JavaScript",
        ClientScripts.hasNodePackage("@aws-sdk/lib-dynamodb"));
    String script = ClientScripts.SCRIPTS.resolve("document_client.mjs").toString();
    ClientScripts.run("node", script, endpoint(0), ClientScripts.NODE_MODULES.toString());
  }

  private static String endpoint(int node) {
    return cluster.endpoint(node).toString();
  }
}
