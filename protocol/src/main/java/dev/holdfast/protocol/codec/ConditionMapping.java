package dev.holdfast.protocol.codec;

import dev.holdfast.protocol.expression.Condition;
import dev.holdfast.protocol.expression.Operand;
import dev.holdfast.protocol.wire.BetweenProto;
import dev.holdfast.protocol.wire.CompareProto;
import dev.holdfast.protocol.wire.ConditionPairProto;
import dev.holdfast.protocol.wire.ConditionProto;
import dev.holdfast.protocol.wire.HasTypeProto;
import dev.holdfast.protocol.wire.InProto;
import dev.holdfast.protocol.wire.OperandPairProto;
import dev.holdfast.protocol.wire.OperandProto;

/** Conditions and their operands. */
final class ConditionMapping {
  private static final Condition.Handler<ConditionProto> CONDITIONS = new ConditionEncoder();
  private static final Operand.Handler<OperandProto> OPERANDS = new OperandEncoder();

  private ConditionMapping() {}

  static ConditionProto encode(Condition condition) {
    return condition.dispatch(CONDITIONS);
  }

  static Condition decode(ConditionProto proto) {
    return switch (proto.getBodyCase()) {
      case COMPARE ->
          new Condition.Compare(
              PathMapping.decode(proto.getCompare().getComparator()),
              decode(proto.getCompare().getLeft()),
              decode(proto.getCompare().getRight()));
      case BETWEEN ->
          new Condition.Between(
              decode(proto.getBetween().getValue()),
              decode(proto.getBetween().getLow()),
              decode(proto.getBetween().getHigh()));
      case IN ->
          new Condition.In(
              decode(proto.getIn().getValue()),
              proto.getIn().getCandidatesList().stream().map(ConditionMapping::decode).toList());
      case AND ->
          new Condition.And(decode(proto.getAnd().getLeft()), decode(proto.getAnd().getRight()));
      case OR ->
          new Condition.Or(decode(proto.getOr().getLeft()), decode(proto.getOr().getRight()));
      case NOT -> new Condition.Not(decode(proto.getNot()));
      case EXISTS -> new Condition.Exists(PathMapping.decode(proto.getExists()));
      case NOT_EXISTS -> new Condition.NotExists(PathMapping.decode(proto.getNotExists()));
      case HAS_TYPE ->
          new Condition.HasType(
              PathMapping.decode(proto.getHasType().getPath()),
              decode(proto.getHasType().getType()));
      case BEGINS_WITH ->
          new Condition.BeginsWith(
              decode(proto.getBeginsWith().getFirst()), decode(proto.getBeginsWith().getSecond()));
      case CONTAINS ->
          new Condition.Contains(
              decode(proto.getContains().getFirst()), decode(proto.getContains().getSecond()));
      case BODY_NOT_SET -> throw Wire.unknown("condition");
    };
  }

  private static OperandProto encode(Operand operand) {
    return operand.dispatch(OPERANDS);
  }

  private static Operand decode(OperandProto proto) {
    return switch (proto.getBodyCase()) {
      case ATTRIBUTE -> new Operand.Attribute(PathMapping.decode(proto.getAttribute()));
      case LITERAL -> new Operand.Literal(Wire.value(proto.getLiteral()));
      case SIZE_OF -> new Operand.SizeOf(PathMapping.decode(proto.getSizeOf()));
      case BODY_NOT_SET -> throw Wire.unknown("operand");
    };
  }

  private static OperandPairProto pair(Operand first, Operand second) {
    return OperandPairProto.newBuilder().setFirst(encode(first)).setSecond(encode(second)).build();
  }

  private static ConditionPairProto pair(Condition left, Condition right) {
    return ConditionPairProto.newBuilder().setLeft(encode(left)).setRight(encode(right)).build();
  }

  private static final class OperandEncoder implements Operand.Handler<OperandProto> {
    @Override
    public OperandProto attribute(Operand.Attribute operand) {
      return OperandProto.newBuilder().setAttribute(PathMapping.encode(operand.path())).build();
    }

    @Override
    public OperandProto literal(Operand.Literal operand) {
      return OperandProto.newBuilder().setLiteral(Wire.value(operand.value())).build();
    }

    @Override
    public OperandProto sizeOf(Operand.SizeOf operand) {
      return OperandProto.newBuilder().setSizeOf(PathMapping.encode(operand.path())).build();
    }
  }

  private static final class ConditionEncoder implements Condition.Handler<ConditionProto> {
    @Override
    public ConditionProto compare(Condition.Compare condition) {
      return ConditionProto.newBuilder()
          .setCompare(
              CompareProto.newBuilder()
                  .setComparator(PathMapping.encode(condition.comparator()))
                  .setLeft(encode(condition.left()))
                  .setRight(encode(condition.right())))
          .build();
    }

    @Override
    public ConditionProto between(Condition.Between condition) {
      return ConditionProto.newBuilder()
          .setBetween(
              BetweenProto.newBuilder()
                  .setValue(encode(condition.value()))
                  .setLow(encode(condition.low()))
                  .setHigh(encode(condition.high())))
          .build();
    }

    @Override
    public ConditionProto in(Condition.In condition) {
      InProto.Builder in = InProto.newBuilder().setValue(encode(condition.value()));
      condition.candidates().forEach(candidate -> in.addCandidates(encode(candidate)));
      return ConditionProto.newBuilder().setIn(in).build();
    }

    @Override
    public ConditionProto and(Condition.And condition) {
      return ConditionProto.newBuilder().setAnd(pair(condition.left(), condition.right())).build();
    }

    @Override
    public ConditionProto or(Condition.Or condition) {
      return ConditionProto.newBuilder().setOr(pair(condition.left(), condition.right())).build();
    }

    @Override
    public ConditionProto not(Condition.Not condition) {
      return ConditionProto.newBuilder().setNot(encode(condition.negated())).build();
    }

    @Override
    public ConditionProto exists(Condition.Exists condition) {
      return ConditionProto.newBuilder().setExists(PathMapping.encode(condition.path())).build();
    }

    @Override
    public ConditionProto notExists(Condition.NotExists condition) {
      return ConditionProto.newBuilder().setNotExists(PathMapping.encode(condition.path())).build();
    }

    @Override
    public ConditionProto hasType(Condition.HasType condition) {
      return ConditionProto.newBuilder()
          .setHasType(
              HasTypeProto.newBuilder()
                  .setPath(PathMapping.encode(condition.path()))
                  .setType(encode(condition.type())))
          .build();
    }

    @Override
    public ConditionProto beginsWith(Condition.BeginsWith condition) {
      return ConditionProto.newBuilder()
          .setBeginsWith(pair(condition.value(), condition.prefix()))
          .build();
    }

    @Override
    public ConditionProto contains(Condition.Contains condition) {
      return ConditionProto.newBuilder()
          .setContains(pair(condition.container(), condition.operand()))
          .build();
    }
  }
}
