using System.Globalization;
using System.Text;

namespace Trading.Node;

/// <summary>How names of the program are written for those outside.</summary>
internal static class Words
{
    public static CultureInfo Invariant => CultureInfo.InvariantCulture;

    /// <summary><c>StopLoss</c> is <c>stop_loss</c>.</summary>
    public static string Snake(Enum value) => Snake(value.ToString());

    public static string Snake(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    /// <summary>Without trailing zeros.</summary>
    public static string Number(decimal value) => value.ToString("0.############", Invariant);

    /// <summary>Quote amounts as operators read them: two digits.</summary>
    public static string Money(decimal value) => value.ToString("0.00", Invariant);
}
