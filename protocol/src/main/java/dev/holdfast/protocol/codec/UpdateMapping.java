package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.expression.Path;
import dev.holdfast.protocol.expression.Update;
import dev.holdfast.protocol.expression.Update.Action;
import dev.holdfast.protocol.expression.Update.SetValue;
import dev.holdfast.protocol.wire.ActionProto;
import dev.holdfast.protocol.wire.IfNotExistsProto;
import dev.holdfast.protocol.wire.RemoveProto;
import dev.holdfast.protocol.wire.SetValuePairProto;
import dev.holdfast.protocol.wire.SetValueProto;
import java.util.List;

/** Updates: the actions of an UpdateItem. */
final class UpdateMapping {
  private static final Update.Handler<ActionProto> ACTIONS = new ActionEncoder();

  private UpdateMapping() {}

  static List<ActionProto> encode(Update update) {
    return update.actions().stream().map(action -> action.dispatch(ACTIONS)).toList();
  }

  static Update decode(List<ActionProto> actions) {
    return actions.isEmpty()
        ? Update.NONE
        : new Update(actions.stream().map(UpdateMapping::decode).toList());
  }

  private static Action decode(ActionProto proto) {
    Path path = PathMapping.decode(proto.getPath());
    return switch (proto.getBodyCase()) {
      case SET -> new Action.Set(path, decode(proto.getSet()));
      case REMOVE -> new Action.Remove(path);
      case ADD -> new Action.Add(path, Wire.value(proto.getAdd()));
      case DELETE -> new Action.Delete(path, Wire.value(proto.getDelete()));
      case BODY_NOT_SET -> throw Wire.unknown("update action");
    };
  }

  private static SetValue decode(SetValueProto proto) {
    return switch (proto.getBodyCase()) {
      case ATTRIBUTE -> new SetValue.Attribute(PathMapping.decode(proto.getAttribute()));
      case LITERAL -> new SetValue.Literal(Wire.value(proto.getLiteral()));
      case PLUS ->
          new SetValue.Plus(decode(proto.getPlus().getLeft()), decode(proto.getPlus().getRight()));
      case MINUS ->
          new SetValue.Minus(
              decode(proto.getMinus().getLeft()), decode(proto.getMinus().getRight()));
      case IF_NOT_EXISTS ->
          new SetValue.IfNotExists(
              PathMapping.decode(proto.getIfNotExists().getPath()),
              decode(proto.getIfNotExists().getOtherwise()));
      case LIST_APPEND ->
          new SetValue.ListAppend(
              decode(proto.getListAppend().getLeft()), decode(proto.getListAppend().getRight()));
      case BODY_NOT_SET -> throw Wire.unknown("value to set");
    };
  }

  private static SetValueProto encode(SetValue value) {
    SetValueProto.Builder proto = SetValueProto.newBuilder();
    if (value instanceof SetValue.Attribute attribute) {
      proto.setAttribute(PathMapping.encode(attribute.path()));
    } else if (value instanceof SetValue.Literal literal) {
      proto.setLiteral(Wire.value(literal.value()));
    } else if (value instanceof SetValue.Plus plus) {
      proto.setPlus(pair(plus.left(), plus.right()));
    } else if (value instanceof SetValue.Minus minus) {
      proto.setMinus(pair(minus.left(), minus.right()));
    } else if (value instanceof SetValue.IfNotExists ifNotExists) {
      proto.setIfNotExists(
          IfNotExistsProto.newBuilder()
              .setPath(PathMapping.encode(ifNotExists.path()))
              .setOtherwise(encode(ifNotExists.otherwise())));
    } else if (value instanceof SetValue.ListAppend append) {
      proto.setListAppend(pair(append.first(), append.second()));
    }
    return proto.build();
  }

  private static SetValuePairProto pair(SetValue left, SetValue right) {
    return SetValuePairProto.newBuilder().setLeft(encode(left)).setRight(encode(right)).build();
  }

  private static final class ActionEncoder implements Update.Handler<ActionProto> {
    @Override
    public ActionProto set(Action.Set action) {
      return at(action).setSet(encode(action.value())).build();
    }

    @Override
    public ActionProto remove(Action.Remove action) {
      return at(action).setRemove(RemoveProto.getDefaultInstance()).build();
    }

    @Override
    public ActionProto add(Action.Add action) {
      return at(action).setAdd(Wire.value(action.value())).build();
    }

    @Override
    public ActionProto delete(Action.Delete action) {
      return at(action).setDelete(Wire.value(action.value())).build();
    }

    private static ActionProto.Builder at(Action action) {
      return ActionProto.newBuilder().setPath(PathMapping.encode(action.path()));
    }
  }
}
