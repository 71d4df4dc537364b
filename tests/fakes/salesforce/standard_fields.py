"""Objects the platform touches, with their key prefixes and the standard fields it uses (Object Reference)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PREFIXES = {
    "Lead": "00Q",
    "Contact": "003",
    "Account": "001",
    "User": "005",
    "Task": "00T",
    "Opportunity": "006",
    "OpportunityContactRole": "00K",
    "Group": "00G",
    "Voice_Call__c": "a01",
}
REQUIRED = {"Lead": ("LastName", "Company"), "Contact": ("LastName",), "Voice_Call__c": ("Session_Id__c",)}
_TEXT: Mapping[str, Any] = {"type": "Text", "length": 255}
_ANY: Mapping[str, Any] = {"type": "Any"}


def _fields(*names: str, **lengths: int) -> dict[str, Mapping[str, Any]]:
    system = ("Id", "CreatedDate", "LastModifiedDate", "SystemModstamp", "LastModifiedById", "CreatedById", "IsDeleted")
    texts = {name: {"type": "Text", "length": length} for name, length in lengths.items()}
    return {**dict.fromkeys((*system, *names), _ANY), **texts}


STANDARD: Mapping[str, dict[str, Mapping[str, Any]]] = {
    "Lead": _fields(
        *("IsConverted", "ConvertedContactId", "ConvertedAccountId", "ConvertedOpportunityId", "OwnerId", "Status"),
        *("DoNotCall", "HasOptedOutOfEmail"),
        FirstName=40,
        LastName=80,
        Company=255,
        Email=80,
    ),
    "Contact": _fields("AccountId", "OwnerId", "DoNotCall", "HasOptedOutOfEmail", FirstName=40, LastName=80, Email=80),
    "Account": _fields(Name=255),
    "User": _fields("IsActive", "TimeZoneSidKey", Username=80, Name=121),
    "Task": _fields("ActivityDate", "Priority", "Status", "WhoId", "WhatId", "OwnerId", Subject=255, Description=32_000),
    "Opportunity": _fields(
        "AccountId", "StageName", "IsClosed", "IsWon", "Amount", "CurrencyIsoCode", "OwnerId", "CloseDate", Name=120
    ),
    "OpportunityContactRole": _fields("OpportunityId", "ContactId"),
    "Group": _fields("Type", DeveloperName=80),
    "Voice_Call__c": _fields("Name"),
}
