//! Online eligibility verification: records, code tables, XML, checks, the service
