package dev.holdfast.jepsen.coverage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** All operations and their parameters, read from the classes of the AWS SDK for Java. */
final class ApiModel {
  private static final String SUFFIX = "Request";

  private ApiModel() {}

  /**
   * A parameter.
   *
   * @param path its name, after those of the parameters it is in: {@code Tags.Key}
   * @param probe a request in which it has a value of a wrong type
   */
  record Parameter(String path, String probe) {}

  /** The parameters of each operation, by its name. */
  static SortedMap<String, List<Parameter>> operations() {
    SortedMap<String, List<Parameter>> operations = new TreeMap<>();
    for (Class<?> client : List.of(DynamoDbClient.class, DynamoDbStreamsClient.class)) {
      for (Method method : client.getMethods()) {
        Class<?>[] taken = method.getParameterTypes();
        if (taken.length == 1
            && AwsRequest.class.isAssignableFrom(taken[0])
            && !method.getName().endsWith("Paginator")) {
          String request = taken[0].getSimpleName();
          String name = request.substring(0, request.length() - SUFFIX.length());
          List<Parameter> parameters = new ArrayList<>();
          collect(builder(taken[0]), "", "%s", parameters);
          operations.put(name, parameters);
        }
      }
    }
    return operations;
  }

  private static SdkPojo builder(Class<?> request) {
    try {
      return (SdkPojo) request.getMethod("builder").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("the SDK has another shape now: " + request, e);
    }
  }

  /**
   * @param frame of the request, with a place for the structure
   */
  private static void collect(
      SdkPojo structure, String prefix, String frame, List<Parameter> parameters) {
    for (SdkField<?> field : structure.sdkFields()) {
      String path = prefix + field.locationName();
      String around = frame.formatted("{\"" + field.locationName() + "\":%s}");
      parameters.add(new Parameter(path, around.formatted(wrong(field))));
      collectWithin(field, path + ".", around, parameters);
    }
  }

  private static void collectWithin(
      SdkField<?> field, String prefix, String frame, List<Parameter> parameters) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.SDK_POJO) {
      SdkPojo structure = field.constructor().get();
      if (!(structure instanceof AttributeValue.Builder)) {
        collect(structure, prefix, frame, parameters);
      }
    } else if (type == MarshallingType.LIST) {
      SdkField<?> element = field.getTrait(ListTrait.class).memberFieldInfo();
      collectWithin(element, prefix, frame.formatted("[%s]"), parameters);
    } else if (type == MarshallingType.MAP) {
      SdkField<?> value = field.getTrait(MapTrait.class).valueFieldInfo();
      collectWithin(value, prefix, frame.formatted("{\"abc\":%s}"), parameters);
    }
  }

  /** JSON of a type that the field does not have. */
  private static String wrong(SdkField<?> field) {
    MarshallingType<?> type = field.marshallingType();
    return type == MarshallingType.SDK_POJO || type == MarshallingType.MAP ? "[]" : "{}";
  }
}
