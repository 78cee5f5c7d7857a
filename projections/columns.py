"""Columns that several tables have, each documented once."""

from __future__ import annotations

from typing import Final

import polars as pl

from projections.model import TIMESTAMP, Column

SERVICE: Final = Column("service_id", pl.String, "The entity of the family services.", "服务编号")
RULE: Final = Column("rule_id", pl.String, "The rule.", "规则编号")
NUMBER: Final = Column("number", pl.Int32, "Number within the list, from 1.", "序号")
SOURCE: Final = Column("source", pl.String, "The feed that states it.", "数据来源")
NAME: Final = Column("name", pl.String, "Public name.", "名称")
NAMES: Final = (
    Column("name_zh", pl.String, "Name in Chinese.", "中文名称"),
    Column("name_en", pl.String, "Name in English.", "英文名称"),
)
SHORT_NAME: Final = Column("short_name", pl.String, "Short name.", "简称")
SORT_NUMBER: Final = Column("sort_number", pl.Int32, "Official order.", "排序号")
PLACE: Final = Column("place_id", pl.String, "Where; null: unlocated.", "地点编号")
POSITION: Final = (
    Column("lon", pl.Float64, "Longitude in degrees, in crs.", "经度"),
    Column("lat", pl.Float64, "Latitude in degrees, in crs.", "纬度"),
    Column("crs", pl.String, "WGS-84, GCJ-02 or BD-09.", "坐标系"),
)
FLOOR_AREA: Final = Column("floor_area_cm2", pl.Int64, "Floor area in cm² (1 m² = 10,000 cm²).", "建筑面积（平方厘米）")
VALID_FROM: Final = Column("valid_from", pl.Date, "First local day; null: always.", "生效日")
VALID_TO: Final = Column("valid_to", pl.Date, "First local day after the last; null: open.", "截止日")
AT: Final = Column("at", TIMESTAMP, "When it happened or began.", "发生时间")
TIME_ZONE: Final = Column("time_zone", pl.String, "Zone in which its local days are cut.", "时区")
DAY: Final = Column("day", pl.Date, "Local day of `at`.", "发生日")
FORMAT: Final = Column("format", pl.String, "elderly_care, education, medical, culture_sports, commerce.", "业态")
NATURE: Final = Column("nature", pl.String, "Of the service: public, semi_public or market.", "服务性质")
AGE_GROUP: Final = Column("age_group", pl.String, "infant, child, youth, adult, elderly.", "年龄段")
FACILITY: Final = Column("facility_id", pl.String, "service_id of the facility.", "设施编号")
CENTRE: Final = Column("centre_id", pl.String, "service_id of the neighbourhood centre.", "邻里中心编号")
TEAM: Final = Column("team_id", pl.String, "service_id of the team.", "队伍编号")
BENEFICIARIES: Final = Column("beneficiaries", pl.Int32, "Residents served.", "受益人数")
CATEGORY: Final = Column("category", pl.String, "Category of cases; null: any.", "事项类别")
REQUEST_TYPE: Final = Column("request_type", pl.String, "Request type of cases; null: any.", "诉求类型")
URGENCY: Final = Column("urgency", pl.String, "Urgency of cases; null: any.", "紧急程度")
SCOPE: Final = (
    Column("place_id", pl.String, "Place for which it holds, with those below; null: everywhere.", "适用地点"),
    Column("hierarchy", pl.String, "Hierarchy along which places below are meant.", "适用体系"),
)
BASIS: Final = (
    Column("authority", pl.String, "Party or office that set it.", "制定单位"),
    Column("notice", pl.String, "Public notice or document that says so.", "依据文件"),
)
