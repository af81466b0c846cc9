using System.ComponentModel;
using Trading.Tests.Postgres;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Trading.Tests.Journal;

/// <summary>A test that a class inherits; skipped where the class <see cref="INeedPostgres"/> and there is none.</summary>
[XunitTestCaseDiscoverer("Trading.Tests.Journal.ContractFactDiscoverer", "Trading.Tests")]
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>Marks a class of tests that runs against PostgreSQL.</summary>
internal interface INeedPostgres;

public sealed class ContractFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new ContractTestCase(DiagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod);
}

public sealed class ContractTestCase : XunitTestCase
{
    [Obsolete("Called when a test case travels between processes", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ContractTestCase()
    {
    }

    public ContractTestCase(IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.Interfaces.Any(face => face.Name == typeof(INeedPostgres).FullName)
            ? PostgresServer.WhySkipped
            : base.GetSkipReason(factAttribute);
}
