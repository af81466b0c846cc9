using System.Collections;
using System.Reflection;
using Trading.Domain;
using Trading.Domain.Signals;

namespace Trading.Tests.Journal;

/// <summary>Makes a value of any type that may stand in an event: every field set, each to something of its own.</summary>
internal sealed class SampleValues
{
    private int _made;

    public object Make(Type type, string name = "")
    {
        _made++;
        if (Nullable.GetUnderlyingType(type) is { } inner) return Make(inner, name);
        if (type == typeof(string)) return CanonicalText.SnakeCase(name);
        if (type == typeof(bool)) return true;
        if (type == typeof(int)) return 100 + _made;
        if (type == typeof(long)) return 10_000L + _made;
        if (type == typeof(decimal)) return 0.0125m + _made;
        if (type == typeof(DateTime)) return new DateTime(2025, 10, 17, 19, 21, 2, 512, DateTimeKind.Utc).AddSeconds(_made);
        if (type == typeof(AccountId)) return AccountId.Parse("binance");
        if (type == typeof(Symbol)) return Symbol.Parse("TAGUSDT");
        if (type == typeof(WaveName)) return WaveName.Parse("2025-10-17T16:00:00Z");
        if (type == typeof(PositionKey)) return PositionKey.Parse("binance/TAGUSDT");
        if (type == typeof(ClientOrderId)) return OrderIds.For(new JournalId("sample"), name, _made, OrderPurpose.Stop);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        if (ElementOf(type) is { } element) return ListOf(type, element, name);
        return Record(type, name);
    }

    private static Type? ElementOf(Type type) =>
        type.IsArray ? type.GetElementType()
        : typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType && type.GetGenericArguments().Length == 1
            ? type.GetGenericArguments()[0]
            : null;

    private object ListOf(Type type, Type element, string name)
    {
        var items = Array.CreateInstance(element, 2);
        for (var i = 0; i < items.Length; i++) items.SetValue(Make(element, name), i);
        if (type.IsAssignableFrom(items.GetType())) return items;
        var json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(items, Trading.Journal.EventJson.Options);
        return System.Text.Json.JsonSerializer.Deserialize(json, type, Trading.Journal.EventJson.Options)!;
    }

    private object Record(Type type, string name)
    {
        var constructor = type.GetConstructors(BindingFlags.Public | BindingFlags.Instance)
            .OrderByDescending(candidate => candidate.GetParameters().Length).FirstOrDefault()
            ?? throw new InvalidOperationException($"no sample can be made of {type}: teach {nameof(SampleValues)}");
        if (constructor.GetParameters() is [{ ParameterType: var only }] && only == typeof(string) && type.IsValueType)
            return constructor.Invoke([CanonicalText.SnakeCase(name)]);
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Make(p.ParameterType, p.Name ?? name))]);
    }
}
