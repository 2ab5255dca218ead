// Package ruletest runs rules on the sample records that belong to them.
//
// A test gives records and says how often its rule must fire. Tests stand in
// NAME.test.yml beside NAME.yml, or in the rule publisher's layout: an info.yml
// that names rules by id and recordings by path. A file of tests that is not
// understood is an error with its line; a test that cannot be run, because its
// rule is refused or its recording is absent, has failed.
package ruletest
