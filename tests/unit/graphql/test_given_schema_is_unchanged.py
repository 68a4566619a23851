"""The part of the schema that existing clients query is given letter for letter, and everything beyond it is described."""

from graphql import GraphQLEnumType, GraphQLObjectType, build_schema

from tribute.graphql.schema import schema_text

GIVEN = """\
type Query {
  getAnalyticsData(metricType: MetricType! timeWindow: TimeWindow!): AnalyticsData
}
enum MetricType { PageViews Visitors Commissions }
enum TimeWindow { Last24Hours Last7Days Last30Days Last90Days Last365Days }
type DataPoint { series: String! timestamp: String! value: Float! }
type AnalyticsData { dataset: [DataPoint]! }
"""
GIVEN_TYPES = {"MetricType", "TimeWindow", "DataPoint", "AnalyticsData"}


def test_the_given_part_stands_letter_for_letter() -> None:
    assert GIVEN in schema_text()


def test_what_is_ours_is_described() -> None:
    schema = build_schema(schema_text())
    assert schema.query_type is not None
    assert [name for name, field in schema.query_type.fields.items() if not field.description] == ["getAnalyticsData"]
    ours = [kind for name, kind in schema.type_map.items() if not name.startswith("__") and name not in GIVEN_TYPES | {"Query"}]
    assert [kind.name for kind in ours if isinstance(kind, (GraphQLObjectType, GraphQLEnumType)) and not kind.description] == []
